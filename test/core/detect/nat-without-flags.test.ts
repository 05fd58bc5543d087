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
const MINUTES = 20;
const given = { settings: settings({ natPortsPerAddress: 1_000 }) };

/** Records of one minute as the default fields tell it: ports, and nothing of when they opened or closed. */
const minute = (i: number, destination: typeof DESTINATION, ports: number[]) =>
  flowMinute({
    minute: START + i,
    interfaceId: NAT_ID,
    localAddress: NAT_ADDRESS,
    destination,
    ports,
    answered: ports,
    opensInferred: true,
  });

/** 200 new connections a minute beside a pool of 400, a fifth of which says something in each minute. */
const churnBesidePool = Array.from({ length: MINUTES }, (_, i) => [
  minute(i, DESTINATION, portsFrom(2_000 + 200 * i, 200)),
  minute(i, POOLED, portsFrom(60_000 + 80 * (i % 5), 80)),
]).flat();

const estimatesAt = (i: number, active: number | null) => {
  const counted = Array.from({ length: MINUTES }, () => active);
  const series = natSeriesOf([...churnBesidePool, ...metricRun('ActiveConnectionCount', counted)], given);
  return series.destinations.map(({ uses }) => uses.get(START + i)?.portsEstimate);
};

describe('a NAT gateway whose records carry no flags', () => {
  it('tells connections that stand from new ones, by the ports that show themselves again', () => {
    // 200 a minute, held for a minute after close; and the whole pool.
    expect(estimatesAt(MINUTES - 1, null)).toEqual([200, 400]);
  });

  it('spreads what ActiveConnectionCount counts beyond them by the opens', () => {
    expect(estimatesAt(MINUTES - 1, 600)).toEqual([200, 400]);
    expect(estimatesAt(MINUTES - 1, 900)).toEqual([500, 400]);
  });

  it('has no more ports than were seen lately, nor than there are', () => {
    expect(estimatesAt(MINUTES - 1, 9_000)).toEqual([1_000, 400]);
  });

  it('spreads nothing before the ports have been looked back for twice', () => {
    const [early, settled] = [estimatesAt(13, 900), estimatesAt(14, 900)];
    expect(early[0]).toBeLessThan(250);
    expect(settled[0]).toBeGreaterThan(450);
  });
});
