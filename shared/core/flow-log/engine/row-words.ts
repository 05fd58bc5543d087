/**
 * Rows of one minute and partition while their tuples are added up. Sixteen words each, which are one cache line:
 * 0 local · 1 remote · 2 remote port << 16 | key · 3 place · 4 via · 5 set meta · 6 set ref · 7 records · 8–11
 * overlap, 12–13 bytes and 14–15 packets as doubles. The key: protocol and key bits, `INFERRED`, `HAS_RARE`.
 */
export const ROW_WORDS = 16;
export const ROW_KEY = 2;
export const ROW_PLACE = 3;
export const ROW_VIA = 4;
export const ROW_SET = 5;
export const ROW_RECORDS = 7;
/** In doubles, as what follows. Two counts in each: of seconds 0 and 15, and of seconds 30 and 45. */
export const ROW_OVERLAP = 4;
export const ROW_BYTES = 6;
export const ROW_PACKETS = 7;

/** In a row's key: it has rejected records or lifetimes, in eight words of its own elsewhere. Most rows have neither. */
export const HAS_RARE = 1 << 13;
export const RARE_WORDS = 8;
/** Rejected records come first. */
export const RARE_LIFETIMES = 1;

/** Of overlaps, the second count in a double counts in units of this: no row has so many tuples in one closing. */
export const OVERLAP_UNIT = 2 ** 26;
