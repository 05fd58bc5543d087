import { describe, expect, it } from 'vitest';
import { hostPortUtilisation } from '../../../shared/core/detect/host-port-utilisation.ts';
import {
  CLIENT_INTERFACE,
  evaluateAt,
  flowCoverageMinute,
  flowMinute,
  hostSeriesOf,
  OTHER_DESTINATION,
  portsFrom,
  settings,
  socketMinute,
  START,
} from '../builders.ts';

const given = { settings: settings({ portRange: { low: 40_000, high: 40_999 } }) };
const standing = (count: number) => ({ ports: portsFrom(40_000, count), overlap: [0, count, count, 0] });
const ask = (...rows: readonly Parameters<typeof flowMinute>[0][]) =>
  evaluateAt(hostPortUtilisation, hostSeriesOf(rows.map(flowMinute), given), START, given);

describe('host-port-utilisation', () => {
  it.each([
    [1_000, 'critical'],
    [900, 'critical'],
    [899, 'warning'],
    [750, 'warning'],
  ])('%d of 1,000 ports: signal, %s, and never a failure', (count, level) => {
    expect(ask(standing(count))).toEqual({
      outcome: 'signal',
      level,
      destinationKey: '203.0.113.10|443|6',
      statement: `10.0.1.5 used ${count} of 1000 ports towards 203.0.113.10:443/tcp`,
    });
  });

  it.each([
    [749, true],
    [650, true],
    [649, false],
  ])('%d of 1,000 ports: quiet, keeps open: %s', (count, keepsOpen) => {
    expect(ask(standing(count))).toEqual({ outcome: 'quiet', keepsOpen });
  });

  it('counts the opens of the minute, closed or not, for they wait in TIME_WAIT', () => {
    const opened = portsFrom(40_000, 800);
    expect(ask({ opened, answered: opened, closed: opened })).toMatchObject({ level: 'warning' });
  });

  it('never counts more than the distinct ports', () => {
    const opened = portsFrom(40_000, 500);
    expect(ask({ opened, answered: opened, overlap: [500, 500, 500, 500] })).toMatchObject({ keepsOpen: false });
  });

  it('counts connections that opened and never closed although they write no record', () => {
    const opened = portsFrom(40_000, 800);
    const series = hostSeriesOf(
      [flowMinute({ minute: START - 10, opened, answered: opened }), flowMinute({ ports: [40_000] })],
      given,
    );
    expect(evaluateAt(hostPortUtilisation, series, START, given)).toMatchObject({ level: 'warning' });
  });

  it('names the fullest destination', () => {
    expect(ask(standing(760), { ...standing(950), destination: OTHER_DESTINATION })).toMatchObject({
      level: 'critical',
      destinationKey: '203.0.113.11|443|6',
    });
  });

  it('is quiet about a destination that the source no longer talks to, if its records go on', () => {
    const rows = [
      flowMinute({ minute: START - 1, ...standing(900) }),
      flowMinute({ ports: [1], destination: OTHER_DESTINATION }),
    ];
    const series = hostSeriesOf(rows, given);
    expect(evaluateAt(hostPortUtilisation, series, START, given)).toEqual({ outcome: 'quiet', keepsOpen: false });
    expect(evaluateAt(hostPortUtilisation, series, START + 1, given).outcome).toBe('insufficient-data');
  });

  it('takes lost records for a lower bound: enough for a signal, never for quiet', () => {
    const lossy = (count: number) => {
      const rows = [flowMinute(standing(count)), flowCoverageMinute({ interfaceId: CLIENT_INTERFACE, skipData: 1 })];
      return evaluateAt(hostPortUtilisation, hostSeriesOf(rows, given), START, given).outcome;
    };
    expect([lossy(300), lossy(700), lossy(900)]).toEqual(['insufficient-data', 'insufficient-data', 'signal']);
  });

  it('has no answer without flow records of the source', () => {
    const series = hostSeriesOf([socketMinute({ portsInUse: 900 })]);
    expect(evaluateAt(hostPortUtilisation, series, START)).toEqual({
      outcome: 'insufficient-data',
      reason: 'no flow records of this source',
    });
  });
});
