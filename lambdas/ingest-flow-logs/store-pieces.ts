import { mapConcurrently } from '../../shared/aws/concurrency.ts';
import { partsOfReading, type InputIdentity } from '../../shared/aws/store/parts-of-reading.ts';
import { tellsOfPressure } from '../../shared/core/detect/tells-of-pressure.ts';
import type { Reading } from '../../shared/core/model/reading.ts';
import type { Services } from './services.ts';

/** A large account's object speaks about hundreds of scopes. */
const PUTS_AT_ONCE = 8;

/**
 * Stores what an input says, a piece at a time; a piece's number is part of its parts' identity. Where some of it looks
 * like ports running out, asks for an analysis once all of it is stored.
 */
export async function storePieces(
  { parts, requests, log }: Services,
  pieces: Iterable<Reading>,
  { identity, input }: InputIdentity,
): Promise<void> {
  let number = 0;
  const totals = { read: 0, rejected: 0, skipped: 0 };
  let isUrgent = false;
  for (const piece of pieces) {
    const numbered = number === 0 ? identity : [...identity, String(number)];
    const speaking = partsOfReading(piece, { identity: numbered, input });
    await mapConcurrently(speaking, PUTS_AT_ONCE, (part) => parts.put(part));
    isUrgent ||= speaking.some(({ observations }) => tellsOfPressure(observations));
    const { read, rejected, skipped } = piece.counts;
    totals.read += read;
    totals.rejected += rejected;
    totals.skipped += skipped;
    number += 1;
  }
  if (isUrgent) await requests.request('port-pressure');
  log.info('ingested', { input, pieces: number, ...totals });
  log.count({ RecordsRejected: totals.rejected });
}
