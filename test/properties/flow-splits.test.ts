import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngineReader } from '../../shared/core/flow-log/engine/engine-reader.ts';
import type { EngineOptions, FlowEngine } from '../../shared/core/flow-log/engine/engine.ts';
import { createPlainEngine } from '../../shared/core/flow-log/engine/plain-engine.ts';
import { observationsOfRuns } from '../../shared/core/flow-log/engine/reading-rows.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { USED_FIELDS } from '../../shared/core/flow-log/fields.ts';
import { mergeFlowParts, type MergedFlows } from '../../shared/core/flow-log/merge.ts';
import { PART_VERSION, type Part } from '../../shared/core/model/part.ts';
import type { Reading } from '../../shared/core/model/reading.ts';
import { plainReading, plainRow, readText } from '../core/flow-log/plain-rows.ts';
import { arbitraryRow, cutAt } from '../core/flow-log/text-arbitrary.ts';

/** One moderate log, the same in every run, cut wherever it can be cut: not at random, everywhere. */
const FORMAT = ['version', ...USED_FIELDS, 'flow-direction'];
const HEADER = FORMAT.join(' ');
/** No line twice: objects that say the same would be taken for copies of one. */
const LINES = [...new Set(fc.sample(arbitraryRow(FORMAT), { seed: 5, numRuns: 160 }))];
const objectOf = (lines: readonly string[]): string => [HEADER, ...lines].map((line) => `${line}\n`).join('');

/** So few tuples that minutes close while their records still arrive, and more than there are. */
const TUPLE_LIMITS = [1, 1 << 16] as const;

type CreateEngine = (options: EngineOptions) => FlowEngine;

/** What an engine says of all objects of a log together: the places of its runs are the engine's. */
type Said = { readonly read: number; readonly runs: Buffer; readonly scopes: () => unknown };

/** One engine for all inputs, whose rows it adds up. */
function createObjectsReader(createEngine: CreateEngine, tupleLimit: number) {
  let runs: Uint8Array[] = [];
  const engine = createEngine({ sink: (_, run) => void runs.push(run.slice()), tupleLimit });
  return (objects: readonly (readonly Uint8Array[])[]): Said => {
    runs = [];
    let read = 0;
    for (const chunks of objects) {
      engine.beginInput({ file: 'flows.log' });
      for (const chunk of chunks) engine.push(chunk);
      read += engine.endInput().tally.read;
    }
    engine.close();
    const own = runs;
    return { read, runs: Buffer.concat(own), scopes: () => plainScopes(observationsOfRuns(own, engine.places)) };
  };
}

const plainScopes = (scopes: Reading['scopes']) => plainReading({ ...readText(''), scopes }).scopes;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Rows are looked at only where their bytes are others than those of the uncut log, which are right: it takes longer. */
function expectSame(said: Said, uncut: Said): void {
  expect(said.read).toBe(uncut.read);
  if (!said.runs.equals(uncut.runs)) expect(said.scopes()).toEqual(uncut.scopes());
}

/** The log in one piece, which the plain reader confirms. */
function readUncut(read: ReturnType<typeof createObjectsReader>, text: string): Said {
  const reading = readText(text);
  const said = read([[bytesOf(text)]]);
  expect({ read: said.read, scopes: said.scopes() }).toEqual({
    read: reading.counts.read,
    scopes: plainScopes(reading.scopes),
  });
  return said;
}

/** Every way to cut the log into two objects, and the one that makes an object of each record. */
const SPLITS = [
  ...Array.from({ length: LINES.length + 1 }, (_, at) => [LINES.slice(0, at), LINES.slice(at)]),
  LINES.map((line) => [line]),
].map((objects) => objects.map(objectOf));

function partsOf(createEngine: CreateEngine, objects: readonly string[]): Part[] {
  return objects.flatMap((text, i) => {
    const reader = createEngineReader(createEngine, { file: 'flows.log' });
    reader.push(bytesOf(text));
    const { fields, scopes } = reader.finish();
    return scopes.map(({ scope, observations }) => ({
      version: PART_VERSION,
      id: `${i}`,
      source: 'flow-log' as const,
      scope,
      input: `${i}`,
      fields,
      observations,
    }));
  });
}

const plainMerged = ({ rows, coverage }: MergedFlows) => ({ rows: rows.map(plainRow), coverage });

describe.each([
  ['plain', createPlainEngine],
  ['wasm', createWasmEngine],
])('the %s engine', (_, createEngine) => {
  it.each(TUPLE_LIMITS)('reads the same from objects that begin at any record, %d tuples open', (limit) => {
    const read = createObjectsReader(createEngine, limit);
    const uncut = readUncut(read, objectOf(LINES));
    expect(uncut.read).toBeGreaterThan(60);
    for (const objects of SPLITS) expectSame(read(objects.map((text) => [bytesOf(text)])), uncut);
  });

  it.each(TUPLE_LIMITS)('reads the same from chunks that begin at any byte, %d tuples open', (limit) => {
    const read = createObjectsReader(createEngine, limit);
    const text = objectOf(LINES.slice(0, 14));
    const bytes = bytesOf(text);
    const uncut = readUncut(read, text);
    for (let at = 0; at <= bytes.length; at += 1) expectSame(read([cutAt(bytes, [at])]), uncut);
  });

  it('makes parts that merge to the same, whatever the objects', () => {
    const expected = plainMerged(mergeFlowParts(partsOf(createPlainEngine, [objectOf(LINES)])));
    for (const objects of [...SPLITS.filter((each, i) => i % 16 === 0 && each.length === 2), SPLITS.at(-1) ?? []])
      expect(plainMerged(mergeFlowParts(partsOf(createEngine, objects)))).toEqual(expected);
  });
});
