/**
 * One record's numbers on their way from the scanner to tuples: 32-bit ones in one array, those that may be larger in
 * another, so that the common ones are never turned into doubles and back.
 */
export type Registers = { readonly words: Int32Array; readonly doubles: Float64Array };

export const createRegisters = (): Registers => ({ words: new Int32Array(WORDS), doubles: new Float64Array(DOUBLES) });

export const R_SRC = 0;
export const R_DST = 1;
/** Packet-level addresses; copies of the interface-level ones where the record has none. */
export const R_PKT_SRC = 2;
export const R_PKT_DST = 3;
export const R_SRC_PORT = 4;
export const R_DST_PORT = 5;
export const R_PROTOCOL = 6;
/** `NO_FLAGS` when the record says nothing of flags. */
export const R_FLAGS = 7;
export const R_IS_REJECT = 8;
export const R_PLACE = 9;
/** Which of the four addresses, in the order above, are dictionary ids: one bit each. */
export const R_ID_BITS = 10;
export const R_INFERRED = 11;
/** Where the text of each of the four addresses begins, in their order, and how long it is; zero when it was not read. */
export const R_SRC_START = 12;
export const R_SRC_LENGTH = 16;
/** Which of the packet-level addresses the record has: the bits of `R_ID_BITS`. */
export const R_PACKET_BITS = 20;
/** Which column comes after those that were read. */
export const R_COLUMN = 21;
/** The first six digits of the last time, as text: four of them and two. */
export const R_TIME_HEAD_FOUR = 22;
export const R_TIME_HEAD_TWO = 23;
const WORDS = 24;

export const D_PACKETS = 0;
export const D_BYTES = 1;
/** Epoch seconds. */
export const D_START = 2;
export const D_END = 3;
/** What those six digits and four zeros come to. */
export const D_TIME_HEAD = 4;
const DOUBLES = 5;

export const NO_FLAGS = -1;
