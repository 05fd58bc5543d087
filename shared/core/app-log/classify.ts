import type { NamedDestination } from '../model/destination.ts';
import { cleanText, piecesAround } from './clean-text.ts';
import { findDestination, findLocalAddress } from './find-destination.ts';
import { isMention } from './is-mention.ts';
import { judgeLookAlike } from './judge-look-alike.ts';
import { ALL_NEEDLES, matchSignature, type SignatureMatch } from './match-signature.ts';
import { parseJsonObject, readJsonEvent } from './read-json-event.ts';
import type { Classification } from './signature.ts';

/** What an event says, ready to be matched: a JSON object's fields as sentences, carriers' escapes undone. */
export type ReadEvent = {
  readonly text: string;
  /** From fields of their own; the text may say more. */
  readonly destination: NamedDestination | null;
  readonly service: string | null;
  /** A time field as it stands. */
  readonly time: unknown;
};

export function readEvent(event: string): ReadEvent {
  const record = parseJsonObject(event);
  const { text, destination, service, time } = record
    ? readJsonEvent(record)
    : { text: event, destination: null, service: null, time: null };
  return { text: cleanText(piecesAround(text, ALL_NEEDLES)), destination, service, time };
}

/**
 * What one log event says: a line, a trace of many lines, or a JSON object. Never throws, and takes a time bounded by
 * the text's length. `verdict` is `other` with no signature when the catalogue has nothing to say.
 */
export function classifyText(event: string): Classification {
  const read = readEvent(event);
  const destination = (): NamedDestination | null => read.destination ?? findDestination(read.text);
  return classifyRead(read) ?? { ...NOTHING, destination: destination() };
}

const NOTHING = { verdict: 'other', certainty: 0, signature: null, runtime: null, localAddress: null } as const;

/** As `classifyText`, but null at little cost when the catalogue has nothing to say. */
export function classifyRead(read: ReadEvent): Classification | null {
  const match = matchSignature(read.text);
  return match && !isOnlyMentioned(read, match) ? judge(read, match) : null;
}

function isOnlyMentioned({ text }: ReadEvent, { signature }: SignatureMatch): boolean {
  return (
    (signature.verdict === 'connect-exhaustion' || signature.verdict === 'bind-misconfig') && isMention(signature, text)
  );
}

function judge(read: ReadEvent, { signature, runtime }: SignatureMatch): Classification {
  const { verdict, certainty, id } = signature;
  const destination = verdict === 'bind-misconfig' ? null : (read.destination ?? findDestination(read.text));
  const localAddress = findLocalAddress(read.text);
  const doubt = judgeLookAlike(signature, read.text, destination);
  if (!doubt) return { verdict, certainty, signature: id, runtime, destination, localAddress };
  return {
    verdict: 'connect-misconfig',
    certainty: doubt.certainty,
    signature: `${id}.${doubt.suffix}`,
    runtime,
    destination,
    localAddress,
  };
}
