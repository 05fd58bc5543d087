import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFlowLogs } from '../../../bench/flow/make-flow-logs.ts';
import type { RankOptions } from '../../../shared/core/flow-log/rank/ranking.ts';
import { listFiles } from '../../../shared/local/files/list-files.ts';
import { rankFlowLogs, type RankFlowLogsOptions } from '../../../shared/local/flow-workers/rank-flow-logs.ts';
import { createRunStore, dropRuns, readPartition } from '../../../shared/local/flow-workers/run-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'freeport-test-flows-'));
const [v2, custom] = [join(folder, 'v2'), join(folder, 'custom')];
let records = 0;

beforeAll(() => {
  records = makeFlowLogs({ folder: v2, format: 'v2', records: 12_000, seed: 1, shards: 2 }).records;
  makeFlowLogs({ folder: custom, format: 'custom', records: 12_000, seed: 2, shards: 2 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS: RankOptions = { by: 'destination', sort: 'ports', perMinute: true, top: 15, destination: null };

async function rank(path: string, options: Partial<RankFlowLogsOptions> = {}) {
  const { files } = listFiles([path], 0);
  return rankFlowLogs(files, { ...OPTIONS, threads: 1, ...options });
}

describe('ranking flow log files', () => {
  it.each([
    ['v2', OPTIONS],
    ['custom', { ...OPTIONS, by: 'nat' as const }],
    ['custom', { ...OPTIONS, by: 'source' as const, sort: 'unanswered' as const, perMinute: false }],
  ])('gives the same whatever the threads and the engine: %s %j', async (name, options) => {
    const path = join(folder, name);
    const [one, three, plain] = [
      await rank(path, options),
      await rank(path, { ...options, threads: 3, rankedAloneBytes: 1 }),
      await rank(path, { ...options, threads: 2, engine: 'plain' }),
    ];
    expect(one.flows).toHaveLength(15);
    expect(three.flows).toEqual(one.flows);
    expect(plain.flows).toEqual(one.flows);
  });

  it.each(['ports', 'opens', 'unanswered'] as const)(
    'leaves out nothing that is among the best by %s',
    async (sort) => {
      for (const [path, by] of [
        [v2, 'destination'],
        [custom, 'nat'],
        [custom, 'source'],
      ] as const)
        for (const perMinute of [true, false]) {
          const options = { by, sort, perMinute };
          // Nothing is left out where there is room for all.
          const all = await rank(path, { ...options, top: 50_000 });
          for (const engine of ['wasm', 'plain'] as const)
            expect((await rank(path, { ...options, engine, top: 12 })).flows).toEqual(all.flows.slice(0, 12));
        }
    },
  );

  it('counts every record once', async () => {
    const { files } = await rank(v2, { threads: 2 });
    const counted = files.reduce((sum, { counts }) => sum + (counts?.read ?? 0) + (counts?.skipped ?? 0), 0);
    expect(counted).toBe(records);
  });

  it('counts an interface and minute once that two formats describe: as the richer does', async () => {
    const both = join(folder, 'both');
    mkdirSync(both);
    const time = '1767261600 1767261605';
    writeFileSync(join(both, 'poor.log'), `2 1 eni-1 10.0.0.5 10.0.0.9 40001 443 6 1 40 ${time} ACCEPT OK\n`);
    const header =
      'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end tcp-flags log-status account-id action vpc-id';
    const rich = (port: number): string => `eni-1 10.0.0.5 10.0.0.9 ${port} 443 6 1 40 ${time} 2 OK 1 ACCEPT vpc-1\n`;
    writeFileSync(join(both, 'rich.log'), `${header}\n${rich(40_001)}${rich(40_002)}`);
    const { flows } = await rank(both);
    expect(flows).toMatchObject([{ scope: 'vpc-1', distinctPorts: 2, records: 2, opens: 2 }]);
  });

  describe('addresses that accept packets for others', () => {
    const HEADER =
      'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end tcp-flags log-status pkt-srcaddr pkt-dstaddr';
    const line = (id: string, from: string, to: string, ports: string, far: string): string =>
      `${id} ${from} ${to} ${ports} 6 1 40 1767261600 1767261605 2 OK ${far}\n`;
    const seen = async (name: string, lines: readonly string[], by: RankOptions['by']) => {
      const path = join(folder, `${name}.log`);
      writeFileSync(path, `${HEADER}\n${lines.join('')}`);
      const { flows } = await rank(path, { by, perMinute: false });
      expect((await rank(path, { by, perMinute: false, engine: 'plain' })).flows).toEqual(flows);
      return flows.map(({ localAddress, destination }) => `${localAddress} ${destination.address}`).sort();
    };

    it('forward them, where the interface dials the same destinations, from whatever address', async () => {
      const lines = [
        line('eni-nat', '10.0.1.5', '10.0.0.220', '40001 443', '10.0.1.5 203.0.113.1'),
        line('eni-nat', '10.0.1.6', '10.0.0.220', '40001 443', '10.0.1.6 203.0.113.2'),
        line('eni-nat', '10.0.0.220', '203.0.113.1', '1024 443', '10.0.0.220 203.0.113.1'),
        line('eni-nat', '10.0.0.220', '203.0.113.2', '1024 443', '10.0.0.221 203.0.113.2'),
      ];
      const own = ['10.0.0.220 203.0.113.1', '10.0.0.221 203.0.113.2'];
      expect(await seen('nat', lines, 'destination')).toEqual(own);
      expect(await seen('nat', lines, 'nat')).toEqual(own);
      expect(await seen('nat', lines, 'source')).toEqual(['10.0.1.5 203.0.113.1', '10.0.1.6 203.0.113.2']);
      // All of it from the second address: the first one dials nothing.
      const second = [lines[1] as string, lines[3] as string];
      expect(await seen('nat-second', second, 'destination')).toEqual(['10.0.0.221 203.0.113.2']);
    });

    it('are the hosts of secondary addresses and of pods, where nobody dials on', async () => {
      const lines = [
        line('eni-node', '10.0.1.5', '10.0.0.7', '40001 8080', '10.0.1.5 10.0.0.100'),
        line('eni-node', '10.0.0.7', '203.0.113.9', '50001 443', '10.0.0.7 203.0.113.9'),
        line('eni-node', '10.0.0.7', '203.0.113.9', '50001 443', '10.0.0.101 203.0.113.9'),
      ];
      const all = ['10.0.0.101 203.0.113.9', '10.0.0.7 203.0.113.9', '10.0.1.5 10.0.0.100'];
      expect(await seen('node', lines, 'destination')).toEqual(all);
      expect(await seen('node', lines, 'source')).toEqual(all);
      expect(await seen('node', lines, 'nat')).toEqual([]);
    });
  });

  it('leaves out what is no flow log, and reads the rest of a damaged file', async () => {
    const mixed = join(folder, 'mixed');
    makeFlowLogs({ folder: mixed, format: 'v2', records: 2_000, seed: 3, shards: 1 });
    const { files } = listFiles([mixed], 0);
    const whole = readFileSync(files[0]?.path as string);
    writeFileSync(join(mixed, 'cut.log.gz'), whole.subarray(0, whole.length / 2));
    writeFileSync(join(mixed, 'notes.txt'), 'nothing of use\n');
    for (const engine of ['wasm', 'plain'] as const) {
      const outcome = await rank(mixed, { engine });
      expect(outcome.files.find(({ path }) => path.endsWith('notes.txt'))).toMatchObject({ counts: null });
      const cut = outcome.files.find(({ path }) => path.endsWith('cut.log.gz'));
      expect(cut?.warnings[0]).toMatch(/^truncated gzip: read \d+ records before it$/);
      expect(cut?.counts?.read).toBeGreaterThan(0);
    }
    rmSync(mixed, { recursive: true });
  });

  it('takes rows that memory has no room for from a file', () => {
    const store = createRunStore(10);
    store.add(3, Uint8Array.of(1, 2, 3, 4, 5, 6));
    store.add(3, Uint8Array.of(7, 8, 9, 10, 11, 12));
    store.add(4, Uint8Array.of(13));
    const stored = [store.stored([], new Uint32Array(1))];
    const runsOf = (partition: number) => [...readPartition(stored, partition)].map(({ bytes }) => [...bytes]);
    expect(runsOf(3)).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]);
    expect(runsOf(4)).toEqual([[13]]);
    dropRuns(stored);
  });
});
