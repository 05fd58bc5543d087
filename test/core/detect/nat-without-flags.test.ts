import { describe, expect, it } from 'vitest';
import {
  DESTINATION,
  flowMinute,
  metricRun,
  natSeriesOf,
  NAT_ADDRESS,
  NAT_ID,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const POOLED = { ...DESTINATION, address: '203.0.113.20' };
const PORTS = 1_000;
const given = { settings: settings({ natPortsPerAddress: PORTS }) };

/** Records of one minute as the default fields tell it: ports and nothing of when they opened or closed. */
const minute = (i: number, destination: typeof DESTINATION, ports: number[]) =>
  flowMinute({
    minute: START + i,
    interfaceId: NAT_ID,
    localAddress: NAT_ADDRESS,
    destination,
    ports,
    opensInferred: true,
  });

/** 200 new connections a minute beside a pool of 400, a fifth of which says something in each minute. */
const churnBesidePool = Array.from({ length: 12 }, (_, i) => [
  minute(i, DESTINATION, portsFrom(2_000 + 200 * i, 200)),
  minute(i, POOLED, portsFrom(20_000 + 80 * (i % 5), 80)),
]).flat();

const estimates = (active: number | null) => {
  const metrics =
    active === null
      ? []
      : metricRun(
          'ActiveConnectionCount',
          Array.from({ length: 12 }, () => active),
        );
  const series = natSeriesOf([...churnBesidePool, ...metrics], given);
  return (i: number) =>
    Object.fromEntries(
      series.destinations.map(({ destination, uses }) => [
        destination.address,
        uses.get(START + i)?.portsEstimate ?? null,
      ]),
    );
};

describe('a NAT gateway whose records carry no flags', () => {
  it('has the ports that opens keep for the hold, where no metric says more', () => {
    expect(estimates(null)(11)).toEqual({ [DESTINATION.address]: 200, [POOLED.address]: 80 });
  });

  it('spreads what ActiveConnectionCount counts beyond them over the ports seen lately, of those that there are', () => {
    // 1,000 ports of the one (more were seen, one after the other) and 400 of the other: 700 connections are half of them.
    expect(estimates(700)(11)).toEqual({ [DESTINATION.address]: 500, [POOLED.address]: 200 });
  });

  it('has no more of them than were seen, however many are active', () => {
    expect(estimates(9_000)(11)).toEqual({ [DESTINATION.address]: 1_000, [POOLED.address]: 400 });
  });

  it('spreads nothing in the first minutes, when most of the idle have not been seen', () => {
    expect(estimates(700)(3)).toEqual({ [DESTINATION.address]: 200, [POOLED.address]: 80 });
  });
});
