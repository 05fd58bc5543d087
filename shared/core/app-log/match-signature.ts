import { CATALOGUE } from './catalogue.ts';
import type { Signature } from './signature.ts';
import { WORDINGS } from './wordings.ts';

type CompiledSignature = {
  readonly signature: Signature;
  readonly runtime: string | null;
  readonly needles: readonly string[];
  readonly pattern: RegExp;
  readonly unless: RegExp | null;
};

/** `<unavailable>` in a pattern becomes all wordings of that failure, `<unavailable!>` those that can stand alone. */
function compile(pattern: string): RegExp {
  const source = pattern.replace(/<([a-z-]+)(!?)>/g, (all, failure: string, alone: string) => {
    const wording = Object.entries(WORDINGS).find(([name]) => name === failure)?.[1];
    return wording === undefined ? all : alone === '' ? wording.pattern : wording.alone;
  });
  return new RegExp(source, 'i');
}

const needlesOf = (signature: Signature): readonly string[] =>
  signature.needles ?? WORDINGS[signature.failure]?.needles ?? [];

const SIGNATURES: readonly CompiledSignature[] = CATALOGUE.flatMap((family) =>
  family.signatures.map((signature) => ({
    signature,
    runtime: signature.runtime === undefined ? family.runtime : signature.runtime,
    needles: needlesOf(signature),
    pattern: compile(signature.pattern),
    unless: signature.unless === undefined ? null : compile(signature.unless),
  })),
);

const MARKS = CATALOGUE.flatMap((family) =>
  family.marks === null ? [] : [{ runtime: family.runtime, pattern: new RegExp(family.marks, 'i') }],
);

/** Every text that any signature can match holds one of these, lower case. */
export const ALL_NEEDLES: readonly string[] = [...new Set(SIGNATURES.flatMap(({ needles }) => needles))];

export type SignatureMatch = { readonly signature: Signature; readonly runtime: string | null };

/** The catalogue's answer to a cleaned text: of all that match the highest rank, then the earliest. */
export function matchSignature(text: string): SignatureMatch | null {
  const folded = text.toLowerCase();
  const present = new Map<readonly string[], boolean>();
  const speaks = (needles: readonly string[]): boolean => {
    const known = present.get(needles);
    if (known !== undefined) return known;
    const found = needles.some((needle) => folded.includes(needle));
    present.set(needles, found);
    return found;
  };
  let best: CompiledSignature | null = null;
  for (const candidate of SIGNATURES) {
    if (best && candidate.signature.rank <= best.signature.rank) continue;
    if (!speaks(candidate.needles) || !candidate.pattern.test(text)) continue;
    if (!candidate.unless?.test(text)) best = candidate;
  }
  return best && { signature: best.signature, runtime: best.runtime ?? runtimeOf(text) };
}

/** The program that a text gives away, when a general signature matched. */
function runtimeOf(text: string): string | null {
  return MARKS.find(({ pattern }) => pattern.test(text))?.runtime ?? null;
}
