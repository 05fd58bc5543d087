/** Gives an array's memory back at once: V8 does so when it next looks for garbage, and such arrays are large. */
export function letGo(array: Uint32Array | Uint8Array): void {
  if (array.buffer instanceof ArrayBuffer) array.buffer.transfer(0);
}
