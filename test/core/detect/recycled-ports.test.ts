import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { longestHold } from '../../../shared/core/detect/recycled-ports.ts';
import {
  analyzeRows,
  DESTINATION,
  flowMinute,
  metricRun,
  NAT_ADDRESS,
  NAT_INTERFACE,
  natInventory,
  portsFrom,
  seriesOf,
  settings,
  START,
} from '../builders.ts';

const own = settings({ natPortsPerAddress: 1_000 });
const overlap = (count: number) => [count, count, count, count];

/**
 * Twenty minutes of a gateway that frees ports at once: six clients open 500 connections a minute each, of which 60 are
 * open at a time, and 950 NAT ports serve three of them one after the other, in one record from the first to the last.
 */
const rows = (openPerClient: number) =>
  Array.from({ length: 20 }, (_, i) => i).flatMap((i) => [
    ...[1, 2, 3, 4, 5, 6].map((n) => {
      const opened = portsFrom(32_768 + (i % 3) * 600, 500);
      return flowMinute({
        minute: START + i,
        interfaceId: NAT_INTERFACE,
        localAddress: `10.0.1.${n}`,
        via: NAT_ADDRESS,
        opened,
        closed: opened,
        answered: opened,
        overlap: overlap(openPerClient),
      });
    }),
    flowMinute({
      minute: START + i,
      interfaceId: NAT_INTERFACE,
      localAddress: NAT_ADDRESS,
      opened: portsFrom(1_024, 950),
      closed: portsFrom(1_024, 950),
      answered: portsFrom(1_024, 950),
      overlap: overlap(900),
    }),
  ]);
const lowAt = (openPerClient: number) =>
  seriesOf(rows(openPerClient), { settings: own }).nats[0]?.destinations[0]?.uses.get(START + 10)?.portsLow;

describe('a NAT gateway that hands out its ports several times a minute', () => {
  it('has as many in use as clients have connections open', () => {
    expect(lowAt(60)).toBe(360);
    expect(lowAt(200)).toBe(900);
  });

  it('is under no pressure by that', () => {
    expect(analyzeRows(rows(60), { settings: own }).findings).toEqual([]);
  });
});

describe('longestHold', () => {
  const measures = (...minutes: readonly (readonly [served: number, portsSeen: number])[]) =>
    new Map(minutes.map(([served, portsSeen], i) => [START + i, { served, portsSeen }]));

  it('is what a port has for each of the connections that it serves in a minute', () => {
    expect(longestHold(measures([1_200, 600], [1_200, 600], [1_200, 600]))).toBe(30);
  });

  it('is not known where each port serves one, nor by a few more, which records may lack', () => {
    expect(longestHold(measures([600, 600], [600, 580], [600, 590]))).toBe(Infinity);
    expect(longestHold(measures([0, 600]))).toBe(Infinity);
    expect(longestHold(measures())).toBe(Infinity);
  });

  it('is read off most of the busy minutes: in one the records of a leg may be missing, and quiet ones do not tell', () => {
    expect(longestHold(measures([600, 600], [600, 50], [600, 600]))).toBe(Infinity);
    expect(longestHold(measures([100, 100], [100, 100], [100, 100], [1_200, 600]))).toBe(30);
  });
});

describe('a NAT gateway in the default format, without metrics', () => {
  const inventory = natInventory();
  const portsOf = (ports: number[], rest: object) =>
    flowMinute({ ports, answered: ports, opensInferred: true, ...rest });
  /** Twenty minutes: NAT ports of each, and clients' connections, which their legs know by the gateway's address alone. */
  const blind = (natPorts: (i: number) => number[], connections: number, open = 0) =>
    Array.from({ length: 20 }, (_, i) => [
      portsOf(natPorts(i), { minute: START + i, interfaceId: NAT_INTERFACE, localAddress: NAT_ADDRESS }),
      portsOf(portsFrom(32_768 + (i % 4) * connections, connections), {
        minute: START + i,
        interfaceId: NAT_INTERFACE,
        destination: { ...DESTINATION, address: NAT_ADDRESS },
        overlap: overlap(open),
      }),
    ]).flat();
  const found = (given: readonly Observation[]) => analyzeRows(given, { settings: own, inventory }).findings;
  const inTurns = (i: number) => portsFrom(2_000 + ((i * 900) % 1_800), 900);

  it('is under no pressure where its ports serve several connections a minute each', () => {
    const everyPort = () => portsFrom(2_000, 950);
    expect(found(blind(everyPort, 2_500, 60))).toEqual([]);
    expect(found(blind(() => portsFrom(2_000, 700), 1_050, 60))).toEqual([]);
  });

  it('has no port that serves several where clients have as many connections to very many destinations', () => {
    const elsewhere = blind(inTurns, 900 + 800).flatMap((row) =>
      row.localAddress === NAT_ADDRESS
        ? [
            row,
            ...Array.from({ length: 800 }, (_, n) => ({
              ...portsOf([2_000 + 2 * n], {
                minute: row.minute,
                interfaceId: NAT_INTERFACE,
                localAddress: NAT_ADDRESS,
              }),
              destination: { ...DESTINATION, address: `198.51.${100 + (n >> 8)}.${n & 255}` },
            })),
          ]
        : [row],
    );
    expect(found(elsewhere)).toMatchObject([
      { peakUtilisation: { high: 1 }, title: expect.stringContaining('up to 900') },
    ]);
  });

  it('may be under pressure where each port serves one, if it keeps that for a minute, which nothing tells', () => {
    expect(found(blind(inTurns, 900))).toMatchObject([
      { severity: 'medium', confidence: 0.27, title: expect.stringContaining('may be running out of ports') },
    ]);
    expect(found(blind(inTurns, 900))[0]?.evidence[0]?.statement).toBe(
      '900 of 1000 ports in use towards 203.0.113.10:443/tcp if the gateway keeps each for 60 s after close; 0 for sure: without flags or metrics these records do not tell',
    );
  });

  it('is under high pressure where connections are open on them', () => {
    const open = blind(inTurns, 900).map((row) =>
      row.localAddress === NAT_ADDRESS ? { ...row, overlap: overlap(900) } : row,
    );
    expect(found(open)).toMatchObject([
      { severity: 'high', title: expect.stringContaining('is running out of ports') },
    ]);
  });

  it('is under high pressure where metrics do not deny that it keeps them', () => {
    const metrics = metricRun('ActiveConnectionCount', [20]);
    expect(found([...blind(inTurns, 900), ...metrics])).toMatchObject([{ severity: 'high' }]);
  });
});
