/**
 * A run: closed rows as bytes, one record after the other, in no order. It is how rows leave an engine: to the merge in
 * memory, to a spill file, or from one thread to another; so a record says everything itself, except its place, whose
 * number the engine's list of places explains. Numbers are little endian; `v` is a LEB128 varint.
 *
 *   row       tag u8 · minute u32 · local · remote · [via] · port u16 · protocol u8 · place v · bytes v · packets v ·
 *             records v · rejected v · [4 × overlap v] · [7 × lifetime v] · size v × 2 + form · ports
 *   address   u32 for IPv4, else length u8 and the canonical text; the tag tells
 *   ports     form 0: size × (port u16, flags u8) · form 1: four bitmaps of 8,192 bytes: ports, opened, answered, closed
 *   coverage  tag u8 = 1 · minute u32 · place v · records v · no-data v · skip-data v
 */
export const TAG_COVERAGE = 1;
export const TAG_VIA = 2;
export const TAG_LOCAL_TEXT = 4;
export const TAG_REMOTE_TEXT = 8;
export const TAG_VIA_TEXT = 16;
export const TAG_INFERRED = 32;
export const TAG_OVERLAP = 64;
export const TAG_LIFETIMES = 128;

/** Flags of a port in form 0. */
export const RUN_OPENED = 1;
export const RUN_ANSWERED = 2;
export const RUN_CLOSED = 4;

/** Past this size the bitmaps are smaller than the list, or nearly. */
export const RUN_LIST_LIMIT = 4096;
export const RUN_BITMAP_BYTES = 8192;

/** What a record takes at most besides its ports: three addresses, and every number at its longest. */
export const RUN_HEAD_BYTES = 3 * 46 + 20 * 8 + 16;
