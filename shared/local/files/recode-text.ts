import { TextDecoder } from 'node:util';

/** Byte order marks of UTF-16, which PowerShell's `>` writes. */
const UTF_16 = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Takes a text's chunks, and null at its end. */
export type Recoder = (chunk: Uint8Array | null) => Uint8Array;

/**
 * What makes UTF-8 with lines that end in line feeds of a text, by its first bytes: of UTF-16, and of lines that end in
 * carriage returns alone, as spreadsheets on a Mac may save them. Null for all other bytes, which are as readers expect.
 */
export function recoderFor(first: Uint8Array): Recoder | null {
  const found = UTF_16.find(({ mark }) => mark.every((byte, at) => first[at] === byte));
  const encoding = found?.encoding ?? null;
  const hasFeeds = !hasReturnsAlone(encoding === null ? first : utf8From(encoding)(first));
  if (encoding === null) return hasFeeds ? null : withLineFeeds;
  const toUtf8 = utf8From(encoding);
  return hasFeeds ? toUtf8 : (chunk) => withLineFeeds(toUtf8(chunk));
}

function utf8From(encoding: string): Recoder {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  return (chunk) => encoder.encode(chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true }));
}

/** A return that ends the text may be half of the usual two. */
function hasReturnsAlone(text: Uint8Array): boolean {
  if (text.includes(LINE_FEED)) return false;
  const at = text.indexOf(CARRIAGE_RETURN);
  return at !== -1 && at < text.length - 1;
}

const withLineFeeds: Recoder = (chunk) =>
  (chunk ?? new Uint8Array(0)).map((byte) => (byte === CARRIAGE_RETURN ? LINE_FEED : byte));

/** First bytes as readers expect them. */
export function recodedFirst(first: Uint8Array): { readonly bytes: Uint8Array; readonly isRecoded: boolean } {
  const recode = recoderFor(first);
  return recode === null ? { bytes: first, isRecoded: false } : { bytes: recode(first), isRecoded: true };
}
