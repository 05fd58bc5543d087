import { Buffer } from 'node:buffer';
import { InvalidCursor } from '../../ports.ts';

/** The last finding of a page: the next page starts below it, so findings that arrive later shift nothing. */
export type FindingPosition = { readonly lastSeenMs: number; readonly id: string };

export const encodeCursor = ({ lastSeenMs, id }: FindingPosition): string =>
  Buffer.from(`${lastSeenMs}:${id}`).toString('base64url');

/** Throws `InvalidCursor` for a text that `encodeCursor` did not give. */
export function decodeCursor(cursor: string): FindingPosition {
  const match = /^(-?\d{1,16}):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) throw new InvalidCursor('this cursor was not given by this store');
  const position = { lastSeenMs: Number(match[1]), id: String(match[2]) };
  if (encodeCursor(position) !== cursor) throw new InvalidCursor('this cursor was not given by this store');
  return position;
}
