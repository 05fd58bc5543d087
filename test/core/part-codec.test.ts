import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UnreadablePart } from '../../shared/core/model/part-codec-bytes.ts';
import { decodePart, decodePartHeader, encodePart } from '../../shared/core/model/part-codec.ts';
import type { FlowMinute, Observation } from '../../shared/core/model/observation.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { portSetOf } from '../../shared/core/model/port-set.ts';
import { plainRow } from './flow-log/plain-rows.ts';

const range = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);

const flow = (overrides: Partial<FlowMinute> = {}): FlowMinute => ({
  kind: 'flow',
  minute: 29_454_360,
  interfaceId: 'eni-0aaaabbbbccccdddd',
  localAddress: '10.77.0.220',
  destination: { address: '203.0.113.10', port: 443, protocol: 6 },
  via: null,
  ports: portSetOf([1024, 1025, 40_000]),
  opened: portSetOf([1024]),
  answered: portSetOf([1024, 1025, 40_000]),
  closed: portSetOf([]),
  opensInferred: false,
  overlap: [1, 2, 3, 0],
  bytes: 2 ** 40 + 7,
  packets: 12,
  records: 6,
  rejected: 1,
  lifetimes: [0, 0, 1, 0, 0, 0, 2],
  ...overrides,
});

const observations: Observation[] = [
  flow(),
  flow({
    localAddress: '10.77.1.11',
    via: '10.77.0.220',
    ports: portSetOf(range(1024, 55_000)),
    opened: portSetOf(range(2000, 9)),
  }),
  flow({
    localAddress: '2001:db8::5',
    destination: { address: '2001:db8::6', port: 0, protocol: 58 },
    opensInferred: true,
  }),
  {
    kind: 'flow-coverage',
    minute: 29_454_360,
    interfaceId: 'eni-0aaaabbbbccccdddd',
    records: 18,
    noData: 0,
    skipData: 1,
  },
  flow({ minute: 29_454_361, opened: portSetOf([9]), closed: portSetOf([1, 2, 3]) }),
  {
    kind: 'metric',
    minute: 29_454_361,
    resourceType: 'nat-gateway',
    resourceId: 'nat-0123456789abcdef0',
    metric: 'ErrorPortAllocation',
    value: 3.5,
    periodMinutes: 1,
  },
];

const part: Part = {
  version: 1,
  id: 'a3f1',
  source: 'flow-log',
  scope: 'vpc-0a1b2c3d4e5f60718',
  input: 's3://logs/AWSLogs/1/vpcflowlogs/é.log.gz',
  fields: ['bytes', 'srcaddr'],
  observations,
};

const plain = ({ observations: list, ...rest }: Part) => ({
  ...rest,
  observations: list.map((observation) => (observation.kind === 'flow' ? plainRow(observation) : observation)),
});

const GOLDEN = new URL('../golden/parts/version-1.part', import.meta.url);

describe('the part codec', () => {
  it('gives back what it was given', () => {
    expect(plain(decodePart(encodePart(part)))).toEqual(plain(part));
  });

  it('reads only the minutes asked for', () => {
    const minutes = decodePart(encodePart(part), { from: 29_454_361, to: 29_454_361 }).observations.map(
      ({ minute }) => minute,
    );
    expect(minutes).toEqual([29_454_361, 29_454_361]);
  });

  it('tells minutes and lengths without reading rows', () => {
    const bytes = encodePart(part);
    const { minutes } = decodePartHeader(bytes);
    expect(minutes.map(([minute]) => minute)).toEqual([29_454_360, 29_454_361]);
  });

  it('refuses other bytes and later versions', () => {
    const bytes = encodePart(part);
    expect(() => decodePart(new Uint8Array(20))).toThrow(UnreadablePart);
    bytes[4] = 2;
    expect(() => decodePart(bytes)).toThrow('parts of version 2 are not known here');
  });

  it('keeps version 1 readable and its bytes the same', () => {
    const golden = new Uint8Array(readFileSync(GOLDEN));
    expect(plain(decodePart(golden))).toEqual(plain(part));
    expect(encodePart(part)).toEqual(golden);
  });
});
