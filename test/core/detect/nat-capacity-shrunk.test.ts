import { describe, expect, it } from 'vitest';
import { natCapacityShrunk } from '../../../shared/core/detect/nat-capacity-shrunk.ts';
import type { FlowMinute, Observation } from '../../../shared/core/model/observation.ts';
import { EMPTY_INVENTORY } from '../../../shared/core/model/inventory.ts';
import {
  evaluateAt,
  flowCoverageMinute,
  metricRun,
  NAT_ADDRESS,
  natInventory,
  natRun,
  natSeriesOf,
  portsFrom,
  START,
} from '../builders.ts';

const GONE = '10.0.0.221';
const through = (address: string, rows: readonly FlowMinute[]): FlowMinute[] =>
  rows.map((row) => (row.localAddress === NAT_ADDRESS ? { ...row, localAddress: address } : { ...row, via: address }));

/** Thirty minutes through the address that stays; the other carries traffic in the first `until` of them. */
const rows = (until: number, ports = 50) => [
  ...natRun(30, () => ({ opened: portsFrom(2_000, 50) })),
  ...through(
    GONE,
    natRun(until, () => ({ opened: portsFrom(5_000, ports) })),
  ),
];
const ask = (minute: number, observations: readonly Observation[] = rows(6)) =>
  evaluateAt(natCapacityShrunk, natSeriesOf(observations), START + minute);

describe('nat-capacity-shrunk', () => {
  it('signals for ten minutes that the gateway lost an address', () => {
    expect(ask(7)).toEqual({
      outcome: 'signal',
      level: 'warning',
      destinationKey: null,
      statement: '110000 → 55000 ports per destination: the gateway lost addresses',
    });
    // Its records end with minute 5; the neighbours of a minute count with it.
    expect([ask(6), ask(16), ask(17)].map(({ outcome }) => outcome)).toEqual(['quiet', 'signal', 'quiet']);
  });

  it('sees it without an inventory too', () => {
    const series = natSeriesOf(rows(6), { inventory: EMPTY_INVENTORY });
    expect(evaluateAt(natCapacityShrunk, series, START + 7).outcome).toBe('signal');
  });

  it('does not take an address with less than a tenth of the ports for gone: it may just be idle', () => {
    // 5 of 55 ports, and 6 of 56.
    expect([ask(7, rows(6, 5)), ask(7, rows(6, 6))].map(({ outcome }) => outcome)).toEqual(['quiet', 'signal']);
  });

  it('does not take silence for a sign while the others hardly open anything', () => {
    const calm = (opens: number) => [
      ...natRun(30, () => ({ opened: portsFrom(2_000, opens) })),
      ...through(
        GONE,
        natRun(6, () => ({ opened: portsFrom(5_000, 5) })),
      ),
    ];
    expect([ask(7, calm(9)), ask(7, calm(10))].map(({ outcome }) => outcome)).toEqual(['quiet', 'signal']);
  });

  it('sees it by an inventory that has a past, without any record, and ends', () => {
    const lost = natInventory({ addressesBefore: { count: 3, until: START + 7 } });
    const metrics = metricRun(
      'ActiveConnectionCount',
      Array.from({ length: 30 }, () => 5),
    );
    const at = (minute: number) =>
      evaluateAt(natCapacityShrunk, natSeriesOf(metrics, { inventory: lost }), START + minute);
    expect([6, 7, 16, 17].map((minute) => at(minute).outcome)).toEqual(['quiet', 'signal', 'signal', 'quiet']);
    expect(at(7)).toMatchObject({ statement: expect.stringContaining('165000 → 55000') });
    expect(natSeriesOf(metrics, { inventory: lost }).budget.capacityPorts).toBe(55_000);
  });

  it('takes the minute from records where they show it, and the loss from the inventory where they do not', () => {
    const lost = natInventory({ addressesBefore: { count: 2, until: START + 12 } });
    const series = (observations: readonly Observation[]) => natSeriesOf(observations, { inventory: lost });
    const capacities = (observations: readonly Observation[]) =>
      [4, 7, 11, 12].map((minute) => series(observations).capacityAt(START + minute) / 55_000);
    expect(capacities(rows(6))).toEqual([2, 1, 1, 1]);
    // Too few ports for its silence to mean anything.
    expect(capacities(rows(6, 5))).toEqual([2, 2, 2, 1]);
  });

  it('is quiet while the addresses stay', () => {
    expect(ask(20, rows(30))).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('has no answer in minutes without records, or with lost ones', () => {
    expect(ask(31, rows(30)).outcome).toBe('insufficient-data');
    expect(ask(20, [...rows(30), flowCoverageMinute({ minute: START + 20, skipData: 1 })]).outcome).toBe(
      'insufficient-data',
    );
  });
});
