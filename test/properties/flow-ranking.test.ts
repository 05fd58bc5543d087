import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexPartition, type PlacedRun } from '../../shared/core/flow-log/rank/partition-index.ts';
import { addressHash } from '../../shared/core/flow-log/engine/dictionary.ts';
import type { EngineOptions, FlowEngine } from '../../shared/core/flow-log/engine/engine.ts';
import {
  B_BYTES,
  B_PORTS,
  BOUND_WORDS,
  pairBucket,
  type PairBounds,
} from '../../shared/core/flow-log/engine/pair-bounds.ts';
import { createRunCursor, nextRecord, openRun } from '../../shared/core/flow-log/engine/run-reader.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { createPlainEngine } from '../../shared/core/flow-log/engine/plain-engine.ts';
import { PARTITIONS } from '../../shared/core/flow-log/engine/tuple.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import { orientRows } from '../../shared/core/flow-log/orient.ts';
import { measureFlow } from '../../shared/core/flow-log/rank/measure-flow.ts';
import { bucketBounds } from '../../shared/core/flow-log/rank/bucket-bounds.ts';
import type { IndexPartition } from '../../shared/core/flow-log/rank/rank-partition.ts';
import { rankPartitions } from '../../shared/core/flow-log/rank/rank-partitions.ts';
import {
  mergeRankings,
  sortValue,
  type RankedFlow,
  type RankOptions,
} from '../../shared/core/flow-log/rank/ranking.ts';
import { createWasmIndexer } from '../../shared/core/flow-log/rank/wasm-index.ts';
import type { FlowMinute } from '../../shared/core/model/observation.ts';
import { cutAt } from '../core/flow-log/text-arbitrary.ts';

/** Few hosts and ports, so that pairs are met from both sides, over several minutes. */
const line = fc
  .tuple(
    fc.constantFrom(
      '10.0.0.5 10.0.0.9',
      '10.0.0.9 10.0.0.5',
      '10.0.0.5 2001:db8::1',
      '2001:db8::1 2001:db8::2',
      '2001:db8::1 2001:db8::3',
      '2001:db8::4 10.0.0.9',
      '10.0.0.220 203.0.113.5',
      '10.0.0.7 10.0.0.7',
    ),
    fc.constantFrom('40001 443', '443 40001', '1500 8443', '8443 1500', '1501 8443', '8443 40002', '1500 80'),
    fc.constantFrom(6, 17),
    fc.nat(300),
    fc.nat(70),
    fc.constantFrom(0, 2, 18, 3, 19, 1),
    fc.constantFrom('-', '203.0.113.5', '10.0.0.9'),
  )
  .map(([addresses, ports, protocol, from, lasts, flags, far]) => {
    const start = 1_767_261_600 + from;
    return `eni-1 ${addresses} ${ports} ${protocol} 1 40 ${start} ${start + lasts} ${flags} ${far} OK\n`;
  });

const HEADER =
  'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end tcp-flags pkt-dstaddr log-status\n';
const options = fc.record({
  by: fc.constant('destination' as const),
  sort: fc.constantFrom('ports' as const, 'opens' as const, 'unanswered' as const),
  perMinute: fc.boolean(),
  top: fc.integer({ min: 1, max: 6 }),
  destination: fc.constantFrom(null, { address: '10.0.0.9', port: null }, { address: '10.0.0.9', port: 8443 }),
});

function rankedByRows(text: string, wanted: RankOptions): RankedFlow[] {
  const reader = createFlowReader({ file: 'flows.log' });
  reader.push(new TextEncoder().encode(text));
  const rows = reader.finish().scopes.flatMap(({ observations }) => observations.filter((row) => row.kind === 'flow'));
  const flows = Map.groupBy(orientRows(rows), ({ localAddress, destination, via }) =>
    [localAddress, destination.address, destination.port, destination.protocol, via].join(' '),
  );
  const ranked = [...flows.values()].flatMap((flow) => {
    const { interfaceId, localAddress, destination, via } = flow[0] as FlowMinute;
    const asked = wanted.destination;
    if (via !== null || (asked && asked.address !== destination.address)) return [];
    if (asked && asked.port !== null && asked.port !== destination.port) return [];
    const minutes = new Map(flow.map((row) => [row.minute, row]));
    return (wanted.perMinute ? [...minutes.keys()] : [null]).map((minute) => ({
      scope: 'eni-1',
      interfaceId,
      localAddress,
      destination,
      minute,
      ...measureFlow(minutes, minute),
    }));
  });
  return mergeRankings([ranked], wanted);
}

type Packed = { readonly partitions: readonly PlacedRun[][]; readonly bounds: readonly PairBounds[] };

/** Several engines, as threads have them: their runs must add up. */
function packed(chunks: readonly Uint8Array[], createEngine: (options: EngineOptions) => FlowEngine): Packed {
  const partitions = Array.from({ length: PARTITIONS }, (): PlacedRun[] => []);
  const bounds = chunks.map((chunk) => {
    const engine = createEngine({
      sink: (partition, run) => partitions[partition]?.push({ bytes: run.slice(), places: engine.places }),
      tupleLimit: 1,
    });
    engine.beginInput({ file: 'flows.log' });
    engine.push(new TextEncoder().encode(HEADER));
    engine.push(chunk);
    engine.endInput();
    engine.close();
    return engine.pairBounds().slice();
  });
  return { partitions, bounds };
}

function rankedByRuns({ partitions, bounds }: Packed, wanted: RankOptions, createIndex: IndexPartition) {
  let next = 0;
  return rankPartitions(
    {
      bounds: bucketBounds(bounds, wanted.perMinute),
      runsOf: (partition) => partitions[partition] ?? [],
      bytesOf: (partition) => partitions[partition]?.reduce((sum, { bytes }) => sum + bytes.length, 0) ?? 0,
      takeNext: () => next++,
      raiseFloor: (floor) => floor,
    },
    { options: wanted, counts: () => true, dialling: new Set<string>(), isPassedOn: () => true },
    createIndex,
    100,
  );
}

const inChunks = (lines: readonly string[], cuts: readonly number[]): Uint8Array[] =>
  cutAt(Uint8Array.from(lines.keys()), cuts).map((some) =>
    new TextEncoder().encode([...some].map((i) => lines[i]).join('')),
  );

/** An engine in WebAssembly for each chunk takes its time. */
const ENGINES = [
  ['plain', createPlainEngine, indexPartition, 200],
  ['wasm', createWasmEngine, createWasmIndexer(), 60],
] as const;

describe.each(ENGINES)('packed runs of several threads: %s', (_, createEngine, createIndex, numRuns) => {
  it('are ranked as rows are', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        options,
        (lines, cuts, wanted) => {
          const runs = packed(inChunks(lines, cuts), createEngine);
          expect(rankedByRuns(runs, wanted, createIndex)).toEqual(rankedByRows(HEADER + lines.join(''), wanted));
        },
      ),
      { numRuns },
    );
  });

  it('come to no more than their bounds say, however their rows are turned', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        options,
        (lines, cuts, { sort, perMinute }) => {
          const { bounds } = packed(inChunks(lines, cuts), createEngine);
          const { most } = bucketBounds(bounds, perMinute);
          const all: RankOptions = { by: 'destination', sort, perMinute, top: 1e6, destination: null };

          for (const flow of rankedByRows(HEADER + lines.join(''), all)) {
            const bucket = pairBucket(addressHash(flow.localAddress), addressHash(flow.destination.address));
            expect(sortValue(flow, sort)).toBeLessThanOrEqual(most[bucket] as number);
          }
        },
      ),
      { numRuns },
    );
  });

  it.each(['10.0.%d.9', '2001:db8::%d'])('are left out unmeasured where they only tie: %s', (clients) => {
    const lines = Array.from({ length: 2_000 }, (__, i) => {
      const client = clients.replace('%d', `${i % 250}`);
      return `eni-1 ${client} 203.0.113.5 ${20_000 + i} ${1 + i} 6 1 40 1767261600 1767261620 2 - OK\n`;
    });
    const wanted: RankOptions = { by: 'destination', sort: 'ports', perMinute: true, top: 5, destination: null };
    let measured = 0;
    const counted: IndexPartition = (rows, asked) => {
      const index = createIndex(rows, asked);
      return { ...index, inMinute: (...entry) => ((measured += 1), index.inMinute(...entry)) };
    };

    rankedByRuns(packed(inChunks(lines, []), createEngine), wanted, counted);

    expect(measured).toBeLessThan(lines.length / 10);
  });

  it('have bounds that count their ports and bytes', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 3 }), (lines, cuts) => {
        const { bounds, partitions } = packed(inChunks(lines, cuts), createEngine);
        const sumOf = (word: number): number =>
          bounds
            .flatMap((words) => [...words].filter((__, at) => at % BOUND_WORDS === word))
            .reduce((a, b) => a + b, 0);
        const cursor = createRunCursor();
        let [ports, bytes] = [0, 0];
        for (const run of partitions.flat()) {
          openRun(cursor, run.bytes);
          for (let at = 0; nextRecord(cursor); at = cursor.at)
            if (!cursor.isCoverage) [ports, bytes] = [ports + cursor.portCount, bytes + cursor.at - at];
        }
        expect([sumOf(B_PORTS), sumOf(B_BYTES)]).toEqual([ports, bytes]);
      }),
      { numRuns: numRuns / 4 },
    );
  });
});
