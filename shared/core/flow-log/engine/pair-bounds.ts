/**
 * What rows can come to, kept while they are written, so that a ranking need not read them to leave them out. Pairs of
 * addresses, whichever is which, share 4,096 buckets; the upper bits of a bucket are its partition. However the rows of
 * a pair are turned and added up, a flow of it never has more ports, opens or unanswered opens than the sets of all rows
 * of the pair have ports together, and in one minute no more than those of that minute's rows.
 */
export type PairBounds = Uint32Array;

// Words of a bucket: first the ports in the rows of the closing at hand, which are nothing in the end.
/** Ports in the sets of all rows. */
export const B_PORTS = 1;
/** The most ports in the rows of any one minute. */
export const B_MINUTE = 2;
/** What the rows take in runs. */
export const B_BYTES = 3;
export const BOUND_WORDS = 4;

/** Sums that do not fit stop here, which bounds nothing. */
export const NO_BOUND = 0xffff_ffff;

/** With more of them, counting a row would be a cache miss; with fewer, a bucket would hold more small pairs. */
const BUCKET_BITS = 12;
export const PAIR_BUCKET_BITS = BUCKET_BITS;
export const PAIR_BUCKETS = 1 << BUCKET_BITS;

/**
 * Which bucket a pair of addresses belongs to, whichever is which: by their sum and their difference. An address goes in
 * as its 32 bits, or as the hash of its text.
 */
export function pairBucket(local: number, remote: number): number {
  const hash = Math.imul((local + remote) | 0, 0x9e3779b1) ^ Math.imul(local ^ remote, 0x85ebca6b);
  return Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f) >>> (32 - BUCKET_BITS);
}
