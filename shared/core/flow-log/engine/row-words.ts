/**
 * Rows of one minute and partition while their tuples are added up. 24 words each:
 * 0 local · 1 remote · 2 remote port · 3 protocol and key bits, `INFERRED` · 4 place · 5 via · 6 set meta · 7 set ref ·
 * 8 records · 9 rejected · 10–13 overlap · 14–20 lifetimes · 22–23 bytes as a double · then packets in `packets`
 */
export const ROW_WORDS = 24;
export const ROW_OVERLAP_AT = 10;
export const ROW_LIFETIMES_AT = 14;
/** In doubles. */
export const ROW_BYTES_AT = 11;
