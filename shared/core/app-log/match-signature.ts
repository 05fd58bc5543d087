import { CATALOGUE } from './catalogue.ts';
import type { Failure, Signature } from './signature.ts';
import { WORDINGS } from './wordings.ts';

/** How far before and after a failure's words a pattern may reach. */
const BESIDE_LIMIT = 400;
/** Failures looked at in one event: traces repeat themselves. */
const OCCURRENCES_LIMIT = 12;
/** A wording begins at most this far before the needle it holds. */
const NEEDLE_REACH = 64;

type Pattern =
  | { readonly kind: 'anywhere'; readonly whole: RegExp }
  | {
      readonly kind: 'beside';
      readonly failure: Failure;
      readonly alone: boolean;
      readonly before: RegExp | null;
      readonly after: RegExp | null;
    };

type CompiledSignature = {
  readonly signature: Signature;
  readonly runtime: string | null;
  readonly needles: readonly string[];
  readonly pattern: Pattern;
  readonly also: readonly RegExp[];
  readonly unless: RegExp | null;
};

type Occurrence = { readonly start: number; readonly end: number; readonly alone: boolean };

const regExp = (source: string | undefined): RegExp | null =>
  source === undefined || source === '' ? null : new RegExp(source, 'i');

function compilePattern(source: string): Pattern {
  const placeholder = /^(.*?)<([a-z-]+)(!?)>(.*)$/s.exec(source);
  const failure = placeholder?.[2] as Failure | undefined;
  if (!placeholder || failure === undefined || WORDINGS[failure] === undefined)
    return { kind: 'anywhere', whole: new RegExp(source, 'i') };
  const [, before = '', , alone, after = ''] = placeholder;
  return {
    kind: 'beside',
    failure,
    alone: alone === '!',
    before: before === '' ? null : new RegExp(`(?:${before})$`, 'i'),
    after: after === '' ? null : new RegExp(`^(?:${after})`, 'i'),
  };
}

/** Lower-case texts, one of which is in every event that the signature can match. */
export const needlesOf = (signature: Signature): readonly string[] =>
  signature.needles ?? WORDINGS[signature.failure]?.needles ?? [];

const SIGNATURES: readonly CompiledSignature[] = CATALOGUE.flatMap((family) =>
  family.signatures.map((signature) => ({
    signature,
    runtime: signature.runtime === undefined ? family.runtime : signature.runtime,
    needles: needlesOf(signature),
    pattern: compilePattern(signature.pattern),
    also: (signature.also ?? []).map((source) => new RegExp(source, 'i')),
    unless: regExp(signature.unless),
  })),
);

const WORDING_PATTERNS = new Map(
  Object.entries(WORDINGS).map(([failure, { pattern, alone }]) => [
    failure,
    { any: new RegExp(pattern, 'gi'), alone: new RegExp(alone, 'i') },
  ]),
);

const MARKS = CATALOGUE.flatMap((family) =>
  family.marks === null ? [] : [{ runtime: family.runtime, pattern: new RegExp(family.marks, 'i') }],
);

/** Every text that any signature can match holds one of these, lower case. */
export const ALL_NEEDLES: readonly string[] = [...new Set(SIGNATURES.flatMap(({ needles }) => needles))];

export type SignatureMatch = { readonly signature: Signature; readonly runtime: string | null };

/** The catalogue's answer to a cleaned text: of all that match the highest rank, then the earliest. */
export function matchSignature(text: string): SignatureMatch | null {
  const reading = createReading(text);
  let best: CompiledSignature | null = null;
  for (const candidate of SIGNATURES) {
    if (best && candidate.signature.rank <= best.signature.rank) continue;
    if (reading.firstNeedle(candidate.needles) >= 0 && matches(candidate, text, reading)) best = candidate;
  }
  return best && { signature: best.signature, runtime: best.runtime ?? runtimeOf(text) };
}

function matches({ pattern, also, unless }: CompiledSignature, text: string, reading: TextReading): boolean {
  const found =
    pattern.kind === 'anywhere'
      ? pattern.whole.test(text)
      : reading
          .occurrences(pattern.failure)
          .some(
            ({ start, end, alone }) =>
              (alone || !pattern.alone) &&
              (pattern.before?.test(text.slice(Math.max(0, start - BESIDE_LIMIT), start)) ?? true) &&
              (pattern.after?.test(text.slice(end, end + BESIDE_LIMIT)) ?? true),
          );
  return found && also.every((other) => other.test(text)) && !unless?.test(text);
}

type TextReading = {
  /** Where the earliest of the needles stands, or -1. */
  firstNeedle(needles: readonly string[]): number;
  occurrences(failure: Failure): readonly Occurrence[];
};

/** What one text holds of needles and failures, each looked for once. */
function createReading(text: string): TextReading {
  const needlesAt = findNeedles(text);
  const found = new Map<Failure, readonly Occurrence[]>();
  const firstNeedle = (needles: readonly string[]): number => needlesAt.get(needles) ?? -1;
  return {
    firstNeedle,
    occurrences(failure) {
      let list = found.get(failure);
      if (list === undefined) {
        list = occurrencesOf(failure, text, firstNeedle(WORDINGS[failure]?.needles ?? []));
        found.set(failure, list);
      }
      return list;
    },
  };
}

/** Units of a needle's beginning that are looked up at every place of a text. */
const HEAD_LENGTH = 4;

type HeadedNeedle = { readonly needle: string; readonly lists: readonly (readonly string[])[] };

/** A hash of four units that is never as large as a pointer-sized number, which would have to be allocated. */
const headOf = (text: string, at: number): number =>
  (text.charCodeAt(at) * 31 +
    text.charCodeAt(at + 1) * 7_919 +
    text.charCodeAt(at + 2) * 521 +
    text.charCodeAt(at + 3) * 131) &
  (HEADS - 1);

const HEADS = 8_192;

/** Needles by the hash of their first units, with the lists of signatures that they stand for. */
const BY_HEAD: readonly (readonly HeadedNeedle[] | null)[] = (() => {
  const lists = [...new Set(SIGNATURES.map(({ needles }) => needles))];
  const byHead: (HeadedNeedle[] | null)[] = Array.from({ length: HEADS }, () => null);
  for (const needle of ALL_NEEDLES) {
    const head = headOf(needle, 0);
    byHead[head] = [...(byHead[head] ?? []), { needle, lists: lists.filter((list) => list.includes(needle)) }];
  }
  return byHead;
})();

/** For each list of needles with one in the text, where the first stands. */
function findNeedles(text: string): ReadonlyMap<readonly string[], number> {
  const folded = text.toLowerCase();
  const found = new Map<readonly string[], number>();
  for (let at = 0; at + HEAD_LENGTH <= folded.length; at += 1) {
    const headed = BY_HEAD[headOf(folded, at)];
    if (!headed) continue;
    for (const { needle, lists } of headed)
      if (folded.startsWith(needle, at)) for (const list of lists) if (!found.has(list)) found.set(list, at);
  }
  return found;
}

function occurrencesOf(failure: Failure, text: string, firstNeedle: number): readonly Occurrence[] {
  const patterns = WORDING_PATTERNS.get(failure);
  if (patterns === undefined || firstNeedle < 0) return [];
  const list: Occurrence[] = [];
  const { any, alone } = patterns;
  any.lastIndex = Math.max(0, firstNeedle - NEEDLE_REACH);
  for (let match = any.exec(text); match && list.length < OCCURRENCES_LIMIT; match = any.exec(text))
    list.push({ start: match.index, end: match.index + match[0].length, alone: alone.test(match[0]) });
  return list;
}

/** The program that a text gives away, when a general signature matched. */
function runtimeOf(text: string): string | null {
  return MARKS.find(({ pattern }) => pattern.test(text))?.runtime ?? null;
}
