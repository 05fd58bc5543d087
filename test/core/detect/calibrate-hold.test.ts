import { describe, expect, it } from 'vitest';
import { calibrateHold, type GatewayFacts } from '../../../shared/core/detect/calibrate-hold.ts';
import type { MeasuredDestination, NatMeasure } from '../../../shared/core/detect/measure-nat-destination.ts';
import type { Settings } from '../../../shared/core/model/settings.ts';
import type { NatMetrics } from '../../../shared/core/detect/nat-series.ts';
import { flowMinute, portsFrom, settings, START } from '../builders.ts';

/** 600 opens a minute, all answered, ten ports certainly held. */
const measure = (override: Partial<NatMeasure> = {}): NatMeasure => ({
  minute: START,
  portsLow: 10,
  portsHigh: 5_000,
  opens: 600,
  opensAtNat: 600,
  portsSeen: 600,
  served: 600,
  unheardAtNat: 0,
  blindToIdle: false,
  standing: 0,
  closed: 600,
  youngClosed: 600,
  youngLost: 0,
  unansweredClients: 0,
  unansweredNat: 0,
  unansweredNatMost: 0,
  passedOn: false,
  failures: { low: 0, high: 0 },
  ...override,
});

const destination = (...measures: NatMeasure[]): MeasuredDestination => ({
  destination: { address: '203.0.113.10', port: 443, protocol: 6 },
  zone: null,
  capacityAt: () => 55_000,
  measures: new Map(measures.map((each) => [each.minute, each])),
  clientRows: [],
  reuse: [],
});

/** As many flows overlap in every minute as ports are certainly held. */
const legs = [flowMinute({ minute: START, ports: portsFrom(2_000, 10), overlap: [10, 10, 10, 10] })];

const metrics = (...values: NatMetrics[]) => new Map(values.map((value, i) => [START + i, value]));
const holdOf = (
  destinations: readonly MeasuredDestination[],
  { capacity, ...gateway }: GatewayFacts & { readonly capacity: number },
  given: Settings,
): number =>
  calibrateHold(
    destinations.map((each) => ({ ...each, capacityAt: () => capacity })),
    gateway,
    given,
  ).seconds;
const failing = { failures: { low: 60, high: 60 }, unansweredClients: 60 };
const facts = (metricsByMinute: ReadonlyMap<number, NatMetrics>, capacity: number) => ({
  natLegs: legs,
  metrics: metricsByMinute,
  capacity,
  lossAt: () => 0,
  coldMinutes: new Set<number>(),
  isFull: (use: NatMeasure) => (use.failures?.low ?? 0) > 0,
});

describe('calibrateHold', () => {
  it('is the setting where nothing tells', () => {
    expect(holdOf([destination(measure())], facts(metrics(), 55_000), settings())).toBe(60);
  });

  it('is read off a full gateway: what it has beyond what is certainly held, per opens that got a port', () => {
    // 900 ports, 10 certainly held, 10 opens a second: each of the other 890 is held for 89 s.
    const full = destination(measure(failing));
    expect(holdOf([full], facts(metrics(), 900), settings())).toBe(89);
  });

  it('does not believe a hold that only a wrong capacity explains', () => {
    const full = destination(measure(failing));
    expect(holdOf([full], facts(metrics(), 55_000), settings())).toBe(60);
  });

  it('is not read off ActiveConnectionCount where records are being lost: what they hide was held by nobody', () => {
    const counted = metrics({ ActiveConnectionCount: 410, ConnectionEstablishedCount: 600 });
    const lossy = { ...facts(counted, 55_000), lossAt: () => 0.2 };
    expect(calibrateHold([destination(measure())], lossy, settings())).toMatchObject({
      seconds: 60,
      isMeasured: false,
    });
  });

  it('is read off ActiveConnectionCount where that counts held ports', () => {
    const counted = metrics({ ActiveConnectionCount: 410, ConnectionEstablishedCount: 600 });
    expect(holdOf([destination(measure())], facts(counted, 55_000), settings())).toBe(40);
  });

  it('is only ever shortened by ActiveConnectionCount where records carry no flags: idle connections are in it too', () => {
    const blind = destination(measure({ blindToIdle: true }));
    const counted = (ActiveConnectionCount: number) =>
      facts(metrics({ ActiveConnectionCount, ConnectionEstablishedCount: 600 }), 55_000);
    expect(holdOf([blind], counted(410), settings())).toBe(40);
    expect(calibrateHold([blind], counted(1_810), settings())).toMatchObject({ seconds: 60, isMeasured: false });
    const pool = destination(measure({ blindToIdle: true, standing: 100 }));
    expect(holdOf([pool], counted(410), settings())).toBe(30);
  });

  it('is the setting where ActiveConnectionCount does not count them', () => {
    const uncounted = metrics({ ActiveConnectionCount: 12, ConnectionEstablishedCount: 600 });
    expect(holdOf([destination(measure())], facts(uncounted, 55_000), settings())).toBe(60);
  });

  it('is read off how soon ports come back, unless that would have needed more ports than there are', () => {
    // Held for 60 s and then taken after a minute on the average: a share of 1 − 1/e comes back no sooner.
    const absent = [600, ...Array.from({ length: 6 }, (_, k) => 600 * (1 - 1 / Math.E) * Math.exp(-k))];
    const back = {
      ...destination(...Array.from({ length: 10 }, (_, i) => measure({ minute: START + i }))),
      reuse: [{ from: START, to: START + 10, absent: absent.map((count) => 10 * count) }],
    };
    const at = (capacity: number) =>
      calibrateHold([{ ...back, capacityAt: () => capacity }], facts(metrics(), capacity), settings());
    expect(at(55_000).isMeasured).toBe(true);
    expect(at(55_000).seconds).toBeGreaterThan(53);
    expect(at(55_000).seconds).toBeLessThan(65);
    expect(at(300)).toMatchObject({ seconds: 0 });
    const lossy = { ...facts(metrics(), 55_000), lossAt: () => 0.2 };
    expect(calibrateHold([back], lossy, settings())).toMatchObject({ seconds: 60, isMeasured: false });
    const standing = [...back.measures].map(([minute, use]) => [minute, { ...use, portsLow: 90 }] as const);
    expect(
      calibrateHold([{ ...back, measures: new Map(standing) }], facts(metrics(), 55_000), settings()),
    ).toMatchObject({ isMeasured: false });
  });

  it('is refuted by a minute that would have needed more ports than there are, and was answered', () => {
    const uncounted = metrics({ ActiveConnectionCount: 12, ConnectionEstablishedCount: 600 });
    expect(holdOf([destination(measure())], facts(uncounted, 500), settings())).toBeCloseTo(0.2);
    expect(holdOf([destination(measure())], facts(metrics(), 500), settings())).toBe(0);
    // 610 wanted of 560: within the tenth that measuring may be off.
    expect(holdOf([destination(measure())], facts(metrics(), 560), settings())).toBe(60);
  });
});
