import { describe, expect, it } from 'vitest';
import { natConnectionRateShift } from '../../../shared/core/detect/nat-connection-rate-shift.ts';
import { evaluateAt, flowCoverageMinute, natRun, natSeriesOf, portsFrom, settings, START } from '../builders.ts';

const given = (natPortsPerAddress: number) => ({ settings: settings({ natPortsPerAddress }) });
/** An hour of 100 opens a minute, each held a minute, then an hour of as many as `opens` says. */
const rows = (opens: (minute: number) => number) =>
  natRun(120, (i) => ({ opened: portsFrom(2_000 + (i % 3) * 1_000, i < 60 ? 100 : opens(i - 60)) }));
const ask = (opens: (minute: number) => number, capacity = 126) =>
  evaluateAt(natConnectionRateShift, natSeriesOf(rows(opens), given(capacity)), START + 119, given(capacity));

describe('nat-connection-rate-shift', () => {
  it('signals a rise too small for any minute to stand out, once it needs more ports than there are', () => {
    expect(ask((minute) => 100 + Math.floor(minute / 2))).toEqual({
      outcome: 'signal',
      level: 'warning',
      destinationKey: '203.0.113.10|443|6',
      statement:
        '129 new connections to 203.0.113.10:443/tcp in the minute, crept up over the hour: 126 of 126 ports once these follow',
    });
  });

  it('is quiet when the capacity bears the new rate', () => {
    expect(ask((minute) => 100 + Math.floor(minute / 2), 127)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is quiet about what stands, and about a burst that has ended or only begun', () => {
    expect(ask(() => 100, 50).outcome).toBe('quiet');
    expect(ask((minute) => (minute < 10 ? 300 : 100)).outcome).toBe('quiet');
    expect(ask((minute) => (minute >= 54 ? 300 : 100)).outcome).toBe('quiet');
  });

  it('says nothing of a pool, whose few opens hold ports for longer than a rate can tell by', () => {
    // 700 standing connections and 20 opens a minute: held for 36 minutes each; then twice as many opens.
    const pool = natRun(120, (i) => ({
      standing: portsFrom(20_000, 700),
      opened: portsFrom(2_000 + (i % 3) * 1_000, i < 60 ? 20 : 60),
    }));
    expect(evaluateAt(natConnectionRateShift, natSeriesOf(pool, given(1_000)), START + 119, given(1_000)).outcome).toBe(
      'quiet',
    );
  });

  it('needs half an hour of past before the hour', () => {
    const late = rows((minute) => 100 + Math.floor(minute / 2)).filter(({ minute }) => minute >= START + 31);
    expect(evaluateAt(natConnectionRateShift, natSeriesOf(late, given(130)), START + 119, given(130)).outcome).toBe(
      'quiet',
    );
  });

  it('has no answer without flow records, and is not quiet where records were lost', () => {
    expect(evaluateAt(natConnectionRateShift, natSeriesOf(rows(() => 100)), START + 121).outcome).toBe(
      'insufficient-data',
    );
    const lossy = [...rows(() => 100), flowCoverageMinute({ minute: START + 119, skipData: 1 })];
    expect(evaluateAt(natConnectionRateShift, natSeriesOf(lossy), START + 119).outcome).toBe('insufficient-data');
  });
});
