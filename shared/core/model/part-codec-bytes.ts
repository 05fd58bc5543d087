/** Bytes that are not a part of a version this code reads. Stores meet it only when something else wrote the object. */
export class UnreadablePart extends Error {
  override readonly name = 'UnreadablePart';
}

/** Grows as needed; numbers are LEB128 varints of whole numbers from 0 to 2^53 − 1. */
export type ByteWriter = {
  byte(value: number): void;
  varint(value: number): void;
  bytes(values: Uint8Array): void;
  text(value: string): void;
  length(): number;
  done(): Uint8Array;
};

const encoder = new TextEncoder();

export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(1024);
  let length = 0;
  const room = (extra: number): void => {
    if (length + extra <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, length + extra));
    grown.set(buffer);
    buffer = grown;
  };
  const writer: ByteWriter = {
    byte(value) {
      room(1);
      buffer[length++] = value;
    },
    varint(value) {
      room(8);
      let rest = value;
      while (rest > 127) {
        buffer[length++] = (rest % 128) + 128;
        rest = Math.floor(rest / 128);
      }
      buffer[length++] = rest;
    },
    bytes(values) {
      room(values.length);
      buffer.set(values, length);
      length += values.length;
    },
    text(value) {
      const bytes = encoder.encode(value);
      writer.varint(bytes.length);
      writer.bytes(bytes);
    },
    length: () => length,
    done: () => buffer.slice(0, length),
  };
  return writer;
}

export type ByteReader = {
  byte(): number;
  varint(): number;
  /** A count of things that each take at least one byte: never more than the bytes that are left. */
  count(): number;
  bytes(length: number): Uint8Array;
  text(): string;
  rest(): Uint8Array;
};

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function createByteReader(source: Uint8Array): ByteReader {
  let at = 0;
  const need = (length: number): void => {
    if (at + length > source.length) throw new UnreadablePart('the part ends too early');
  };
  const reader: ByteReader = {
    byte() {
      need(1);
      return source[at++] as number;
    },
    varint() {
      let value = 0;
      for (let scale = 1; scale < 2 ** 53; scale *= 128) {
        const byte = reader.byte();
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
      throw new UnreadablePart('a number is too long');
    },
    count() {
      const count = reader.varint();
      need(count);
      return count;
    },
    bytes(length) {
      need(length);
      at += length;
      return source.subarray(at - length, at);
    },
    text: () => decoder.decode(reader.bytes(reader.varint())),
    rest: () => reader.bytes(source.length - at),
  };
  return reader;
}
