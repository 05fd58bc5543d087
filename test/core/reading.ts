import type { InputReader, Reading } from '../../shared/core/model/reading.ts';

/** Reads a whole text through a reader, in chunks of `chunkBytes` so that every cut is met somewhere. */
export function readText(reader: InputReader, text: string, chunkBytes = 7): Reading {
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += chunkBytes) reader.push(bytes.subarray(from, from + chunkBytes));
  return reader.finish();
}
