import * as z from 'zod/mini';
import type { Observation } from './observation.ts';
import { PART_VERSION, type Part } from './part.ts';
import { createByteReader, createByteWriter, UnreadablePart } from './part-codec-bytes.ts';
import { readCoverage, readFlowRows, writeCoverage, writeFlowRows } from './part-codec-rows.ts';
import type { Minute } from './time.ts';

/**
 * A part as bytes, version 1: `FPRT`, a version byte, the header's length (u32, little endian), the header as JSON, and
 * one block per minute, ascending. The header's `minutes` are pairs of minute and block length, so a reader of a few
 * minutes needs the header and those blocks alone. A block holds flow rows in columns, coverage rows, and as JSON what
 * other kinds there are. Parts are written uncompressed: the stores gzip them, as the core has no zlib.
 *
 * Minutes ascend in what comes back, with flow rows first, then coverage; within a kind and a minute the order is kept.
 */
export function encodePart(part: Part): Uint8Array {
  const minutes = groupByMinute(part.observations);
  const blocks = minutes.map(([minute, observations]) => [minute, encodeBlock(observations)] as const);
  const header = new TextEncoder().encode(
    JSON.stringify({
      id: part.id,
      source: part.source,
      scope: part.scope,
      input: part.input,
      fields: part.fields,
      minutes: blocks.map(([minute, block]) => [minute, block.length]),
    } satisfies PartHeader),
  );
  const writer = createByteWriter();
  writer.bytes(MAGIC);
  writer.byte(PART_VERSION);
  writer.bytes(Uint8Array.of(header.length, header.length >>> 8, header.length >>> 16, header.length >>> 24));
  writer.bytes(header);
  for (const [, block] of blocks) writer.bytes(block);
  return writer.done();
}

const MAGIC = new TextEncoder().encode('FPRT');
const PREFIX_BYTES = MAGIC.length + 5;

const headerSchema = z.object({
  id: z.string(),
  source: z.enum(['flow-log', 'app-log', 'metric', 'socket-table']),
  scope: z.string(),
  input: z.string(),
  fields: z.array(z.string()),
  minutes: z.array(z.tuple([z.int(), z.int().check(z.nonnegative())])),
});

export type PartHeader = {
  readonly id: string;
  readonly source: Part['source'];
  readonly scope: string;
  readonly input: string;
  readonly fields: readonly string[];
  /** Minute and block length in bytes, in the order of the blocks. */
  readonly minutes: readonly (readonly [Minute, number])[];
};

/** Both ends included. */
export type MinuteRange = { readonly from: Minute; readonly to: Minute };

/** Reads a part, or only its minutes in `range`. Throws `UnreadablePart` for bytes that are not a part of version 1. */
export function decodePart(bytes: Uint8Array, range?: MinuteRange): Part {
  const { header, headerEnd } = decodeHeader(bytes);
  const observations: Observation[] = [];
  let at = headerEnd;
  for (const [minute, length] of header.minutes) {
    if (at + length > bytes.length) throw new UnreadablePart('the part ends too early');
    if (range === undefined || (range.from <= minute && minute <= range.to))
      for (const observation of decodeBlock(bytes.subarray(at, at + length), minute)) observations.push(observation);
    at += length;
  }
  const { id, source, scope, input, fields } = header;
  return { version: PART_VERSION, id, source, scope, input, fields, observations };
}

export function decodePartHeader(bytes: Uint8Array): PartHeader {
  return decodeHeader(bytes).header;
}

function decodeHeader(bytes: Uint8Array): { readonly header: PartHeader; readonly headerEnd: number } {
  const prefix = createByteReader(bytes);
  if (MAGIC.some((byte) => prefix.byte() !== byte)) throw new UnreadablePart('these bytes are not a part');
  const version = prefix.byte();
  if (version !== PART_VERSION) throw new UnreadablePart(`parts of version ${version} are not known here`);
  const length = [0, 1, 2, 3].reduce((sum, i) => sum + prefix.byte() * 256 ** i, 0);
  try {
    const header = headerSchema.parse(JSON.parse(new TextDecoder().decode(prefix.bytes(length))));
    return { header, headerEnd: PREFIX_BYTES + length };
  } catch (cause) {
    throw new UnreadablePart('the part has no readable header', { cause });
  }
}

function groupByMinute(observations: readonly Observation[]): [Minute, Observation[]][] {
  const minutes = new Map<Minute, Observation[]>();
  for (const observation of observations) {
    const known = minutes.get(observation.minute);
    if (known) known.push(observation);
    else minutes.set(observation.minute, [observation]);
  }
  return [...minutes].sort(([a], [b]) => a - b);
}

function encodeBlock(observations: readonly Observation[]): Uint8Array {
  const writer = createByteWriter();
  writeFlowRows(
    writer,
    observations.filter((observation) => observation.kind === 'flow'),
  );
  writeCoverage(
    writer,
    observations.filter((observation) => observation.kind === 'flow-coverage'),
  );
  const others = observations.filter(({ kind }) => kind !== 'flow' && kind !== 'flow-coverage');
  if (others.length > 0) writer.bytes(new TextEncoder().encode(JSON.stringify(others)));
  return writer.done();
}

function decodeBlock(block: Uint8Array, minute: Minute): Observation[] {
  const reader = createByteReader(block);
  const rows = readFlowRows(reader, minute);
  const coverage = readCoverage(reader, minute);
  const rest = reader.rest();
  // Only Freeport writes parts, and a part is checked by its store's integrity: these are trusted like our own memory.
  const others = rest.length === 0 ? [] : (JSON.parse(new TextDecoder().decode(rest)) as Observation[]);
  return [...rows, ...coverage, ...others];
}
