import { TextDecoder } from 'node:util';

/** Byte order marks of UTF-16, which PowerShell's `>` writes. */
const UTF_16 = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/** A decoder for text that begins with a byte order mark of UTF-16; null for all other bytes. */
export function utf16Decoder(first: Uint8Array): TextDecoder | null {
  const found = UTF_16.find(({ mark }) => mark.every((byte, at) => first[at] === byte));
  return found ? new TextDecoder(found.encoding) : null;
}

/** First bytes as UTF-8. */
export function utf8Of(first: Uint8Array): { readonly bytes: Uint8Array; readonly isRecoded: boolean } {
  const decoder = utf16Decoder(first);
  if (decoder === null) return { bytes: first, isRecoded: false };
  return { bytes: new TextEncoder().encode(decoder.decode(first, { stream: true })), isRecoded: true };
}
