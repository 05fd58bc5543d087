/** One record's numbers on their way from the scanner to tuples: slots of a `Float64Array`. */
export const R_SRC = 0;
export const R_DST = 1;
/** Packet-level addresses; copies of the interface-level ones where the record has none. */
export const R_PKT_SRC = 2;
export const R_PKT_DST = 3;
export const R_SRC_PORT = 4;
export const R_DST_PORT = 5;
export const R_PROTOCOL = 6;
export const R_PACKETS = 7;
export const R_BYTES = 8;
export const R_START = 9;
export const R_END = 10;
/** `NO_FLAGS` when the record says nothing of flags. */
export const R_FLAGS = 11;
export const R_IS_REJECT = 12;
export const R_PLACE = 13;
/** Which of the four addresses, in the order above, are dictionary ids: one bit each. */
export const R_ID_BITS = 14;
export const R_INFERRED = 15;
export const REGISTERS = 16;

export const NO_FLAGS = -1;
