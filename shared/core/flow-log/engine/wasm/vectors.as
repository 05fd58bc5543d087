// Constants of sixteen bytes that several stages use. They are loaded from here, because the compiler of WebAssembly
// makes a constant anew, of three instructions, wherever it stands in a loop.

/** Sixteen times the digit zero, and sixteen times the largest digit's value. */
export const ZEROS = memory.data<u8>([48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48]);
export const NINES = memory.data<u8>([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
