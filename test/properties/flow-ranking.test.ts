import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { indexPartition, type PlacedRun } from '../../shared/core/flow-log/rank/partition-index.ts';
import { createPlainEngine } from '../../shared/core/flow-log/engine/plain-engine.ts';
import { PARTITIONS } from '../../shared/core/flow-log/engine/tuple.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import { orientRows } from '../../shared/core/flow-log/orient.ts';
import { measureFlow } from '../../shared/core/flow-log/rank/measure-flow.ts';
import { rankPartition, type IndexPartition } from '../../shared/core/flow-log/rank/rank-partition.ts';
import { mergeRankings, type RankedFlow, type RankOptions } from '../../shared/core/flow-log/rank/ranking.ts';
import { createWasmIndexer } from '../../shared/core/flow-log/rank/wasm-index.ts';
import type { FlowMinute } from '../../shared/core/model/observation.ts';
import { cutAt } from '../core/flow-log/text-arbitrary.ts';

/** Few hosts and ports, so that pairs are met from both sides, over several minutes. */
const line = fc
  .tuple(
    fc.constantFrom('10.0.0.5 10.0.0.9', '10.0.0.9 10.0.0.5', '10.0.0.5 2001:db8::1', '10.0.0.220 203.0.113.5'),
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

/** Several engines, as threads have them: their runs must add up. */
function rankedByRuns(chunks: readonly Uint8Array[], wanted: RankOptions, createIndex: IndexPartition): RankedFlow[] {
  const partitions = Array.from({ length: PARTITIONS }, (): PlacedRun[] => []);
  for (const chunk of chunks) {
    const engine = createPlainEngine({
      sink: (partition, run) => partitions[partition]?.push({ bytes: run.slice(), places: engine.places }),
      tupleLimit: 9_000,
    });
    engine.beginInput({ file: 'flows.log' });
    engine.push(new TextEncoder().encode(HEADER));
    engine.push(chunk);
    engine.endInput();
    engine.close();
  }
  const context = { options: wanted, counts: () => true, forwarding: new Set<string>() };
  return partitions.reduce<RankedFlow[]>((best, runs) => rankPartition(runs, context, best, createIndex), []);
}

it.each([
  ['plain', indexPartition],
  ['wasm', createWasmIndexer()],
])('ranks packed runs of several threads as it ranks rows: the %s index', (_, createIndex) => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 40 }),
      fc.array(fc.nat(), { maxLength: 3 }),
      options,
      (lines, cuts, wanted) => {
        const cutLines = cutAt(Uint8Array.from(lines.keys()), cuts).map((some) =>
          [...some].map((i) => lines[i]).join(''),
        );
        const chunks = cutLines.map((text) => new TextEncoder().encode(text));
        expect(rankedByRuns(chunks, wanted, createIndex)).toEqual(rankedByRows(HEADER + lines.join(''), wanted));
      },
    ),
    { numRuns: 200 },
  );
});
