import { describe, expect, it } from 'vitest';
import {
  analyzeRows,
  flowMinute,
  NAT_ADDRESS,
  NAT_INTERFACE,
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
