import { describe, expect, it } from 'vitest';
import { natPortUtilisation } from '../../../shared/core/detect/nat-port-utilisation.ts';
import {
  evaluateAt,
  flowCoverageMinute,
  natAddress,
  natInventory,
  natMinute,
  natRun,
  natSeriesOf,
  OTHER_DESTINATION,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const given = { settings: settings({ natPortsPerAddress: 1_000 }) };
const standing = (count: number) => natSeriesOf(natMinute({ standing: portsFrom(2_000, count) }), given);
const answer = (count: number) => evaluateAt(natPortUtilisation, standing(count), START, given);

describe('nat-port-utilisation', () => {
  it.each([
    [900, 'critical'],
    [899, 'warning'],
    [750, 'warning'],
  ])('%d of 1,000 ports: signal, %s', (count, level) => {
    expect(answer(count)).toEqual({
      outcome: 'signal',
      level,
      destinationKey: '203.0.113.10|443|6',
      statement: `${count} of 1000 ports in use towards 203.0.113.10:443/tcp`,
    });
  });

  it.each([
    [749, true],
    [650, true],
    [649, false],
  ])('%d of 1,000 ports: quiet, keeps open: %s', (count, keepsOpen) => {
    expect(answer(count)).toEqual({ outcome: 'quiet', keepsOpen });
  });

  it('takes one minute of many opens for scatter, unless it is critical, and two for a warning', () => {
    // Each open keeps its port for the minute after.
    const opens = (...counts: number[]) =>
      natSeriesOf(
        natRun(counts.length, (i) => ({ opened: portsFrom(2_000 + 1_000 * i, counts[i] as number) })),
        given,
      );
    const outcomes = (...counts: number[]) =>
      counts.map((_, i) => {
        const evaluation = evaluateAt(natPortUtilisation, opens(...counts), START + i, given);
        return evaluation.outcome === 'signal' ? evaluation.level : evaluation.outcome;
      });
    expect(outcomes(500, 800, 500)).toEqual(['quiet', 'quiet', 'quiet']);
    expect(outcomes(500, 800, 760)).toEqual(['quiet', 'quiet', 'warning']);
    expect(outcomes(500, 950, 500)).toEqual(['quiet', 'critical', 'quiet']);
  });

  it('has no answer without flow records of the minute', () => {
    expect(evaluateAt(natPortUtilisation, standing(900), START + 1, given).outcome).toBe('insufficient-data');
  });

  it('takes lost records for a lower bound: enough for a signal, never for quiet', () => {
    const lossy = (count: number) => [
      ...natMinute({ standing: portsFrom(2_000, count) }),
      flowCoverageMinute({ skipData: 1 }),
    ];
    expect(evaluateAt(natPortUtilisation, natSeriesOf(lossy(10), given), START, given).outcome).toBe(
      'insufficient-data',
    );
    expect(evaluateAt(natPortUtilisation, natSeriesOf(lossy(700), given), START, given).outcome).toBe(
      'insufficient-data',
    );
    expect(evaluateAt(natPortUtilisation, natSeriesOf(lossy(900), given), START, given).outcome).toBe('signal');
  });

  it('counts closed connections for as long as the gateway holds their ports', () => {
    const series = natSeriesOf(natMinute({ opened: portsFrom(2_000, 800) }), given);
    expect(evaluateAt(natPortUtilisation, series, START, given)).toMatchObject({ level: 'warning' });
    const short = { settings: settings({ natPortsPerAddress: 1_000, hold: { natSeconds: 10 } }) };
    const again = natSeriesOf(natMinute({ opened: portsFrom(2_000, 800) }), short);
    expect(evaluateAt(natPortUtilisation, again, START, short)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('refutes a hold that would need more ports than there are while every open was answered', () => {
    const busy = natSeriesOf(natMinute({ opened: portsFrom(2_000, 1_101) }), given);
    expect(evaluateAt(natPortUtilisation, busy, START, given)).toEqual({ outcome: 'quiet', keepsOpen: false });
    const failing = natSeriesOf(natMinute({ opened: portsFrom(2_000, 1_101), failed: portsFrom(9_000, 50) }), given);
    expect(evaluateAt(natPortUtilisation, failing, START, given)).toMatchObject({ level: 'critical' });
  });

  it('divides by the addresses that the gateway has', () => {
    const inventory = natInventory({ addresses: [natAddress(), natAddress({ privateAddress: '10.0.0.221' })] });
    const series = natSeriesOf(natMinute({ standing: portsFrom(2_000, 900) }), { ...given, inventory });
    expect(evaluateAt(natPortUtilisation, series, START, given)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('names the fullest destination, each having ports of its own', () => {
    const rows = [
      ...natMinute({ standing: portsFrom(2_000, 600) }),
      ...natMinute({ standing: portsFrom(2_000, 800), destination: OTHER_DESTINATION }),
    ];
    expect(evaluateAt(natPortUtilisation, natSeriesOf(rows, given), START, given)).toMatchObject({
      level: 'warning',
      destinationKey: '203.0.113.11|443|6',
    });
  });

  it('takes its thresholds from the settings', () => {
    const strict = {
      settings: settings({
        natPortsPerAddress: 1_000,
        thresholds: { warning: 0.5, critical: 0.6, clearBelowBy: 0.2 },
      }),
    };
    const at = (count: number) => evaluateAt(natPortUtilisation, standing(count), START, strict);
    expect([at(600), at(500)]).toMatchObject([{ level: 'critical' }, { level: 'warning' }]);
    expect([at(300), at(299)]).toMatchObject([{ keepsOpen: true }, { keepsOpen: false }]);
  });
});
