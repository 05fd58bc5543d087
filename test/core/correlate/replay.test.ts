import { describe, expect, it } from 'vitest';
import { replay } from '../../../shared/core/correlate/replay.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  connectErrorMinute,
  contextOf,
  flowCoverageMinute,
  flowMinute,
  hostSeriesOf,
  metricRun,
  natRun,
  natSeriesOf,
  OTHER_DESTINATION,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const given = { settings: settings({ natPortsPerAddress: 1_000 }) };

function natReplay(rows: readonly Observation[], minutes = 200) {
  const { incidents, tallies } = replay(natSeriesOf(rows, given), START + minutes, contextOf(given));
  return {
    spans: incidents.map(({ startMinute, endMinute, resolvedMinute }) => [
      startMinute - START,
      endMinute - START,
      resolvedMinute === null ? null : resolvedMinute - START,
    ]),
    tallies,
  };
}

/** A character per minute: `X` full, `k` where hysteresis keeps open, `.` calm, ` ` no records. */
const drawn = (picture: string) =>
  [...picture].flatMap((letter, i) =>
    letter === ' '
      ? []
      : natRun(1, () => ({ standing: portsFrom(2_000, { X: 900, k: 700 }[letter] ?? 10) }), START + i),
  );

describe('replay', () => {
  it('runs from the first signal until five quiet minutes', () => {
    expect(natReplay(drawn('..XXX.....')).spans).toEqual([[2, 4, 9]]);
    expect(natReplay(drawn('..XXX....')).spans).toEqual([[2, 4, null]]);
  });

  it('counts quiet minutes in a row', () => {
    expect(natReplay(drawn('X....X.....')).spans).toEqual([[0, 5, 10]]);
  });

  it('is kept open by what is too much to clear, though not enough to raise', () => {
    expect(natReplay(drawn('X....k....')).spans).toEqual([[0, 0, null]]);
    expect(natReplay(drawn('X....k.....')).spans).toEqual([[0, 0, 10]]);
    expect(natReplay(drawn('kkkk......')).spans).toEqual([]);
  });

  it('opens anew after it resolved', () => {
    expect(natReplay(drawn('X.....X.....')).spans).toEqual([
      [0, 0, 5],
      [6, 6, 11],
    ]);
  });

  it('does not take missing data for quiet: it neither clears nor counts', () => {
    expect(natReplay(drawn('X..   ...')).spans).toEqual([[0, 0, 8]]);
    expect(natReplay(drawn(`X..${' '.repeat(60)}..`)).spans).toEqual([[0, 0, null]]);
    expect(natReplay(drawn('X')).spans).toEqual([[0, 0, null]]);
  });

  it('does not take lost records for quiet', () => {
    const lossy = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => flowCoverageMinute({ minute: START + from + i, skipData: 1 }));
    expect(natReplay([...drawn('X.......'), ...lossy(1, 8)]).spans).toEqual([[0, 0, null]]);
    expect(natReplay([...drawn('X.......'), ...lossy(1, 4)]).spans).toEqual([[0, 0, null]]);
    expect(natReplay([...drawn('X.......'), ...lossy(1, 3)]).spans).toEqual([[0, 0, 7]]);
  });

  it('takes silence of a log source for quiet: only what matters is forwarded', () => {
    const logs = hostSeriesOf([connectErrorMinute({ events: 10 })], {}, '/ecs/checkout');
    const [incident] = replay(logs, START + 10, contextOf()).incidents;
    expect(incident?.resolvedMinute).toBe(START + 5);
    expect(replay(logs, START + 4, contextOf()).incidents[0]?.resolvedMinute).toBeNull();
  });

  it('resolves a host that went on to other destinations, and not one that fell silent', () => {
    const full = { ports: portsFrom(40_000, 400), overlap: [400, 400, 400, 400] };
    const own = { settings: settings({ portRange: { low: 40_000, high: 40_499 } }) };
    const host = (more: readonly Observation[]) =>
      replay(hostSeriesOf([flowMinute(full), ...more], own), START + 90, contextOf(own)).incidents[0]?.resolvedMinute;
    const later = Array.from({ length: 5 }, (_, i) =>
      flowMinute({ minute: START + 20 + i, ports: [40_000], destination: OTHER_DESTINATION }),
    );
    expect(host(later)).toBe(START + 24);
    expect(host(later.slice(1))).toBeNull();
    expect(host([])).toBeNull();
  });

  it('tallies each detector’s answers, with the reason of the strongest', () => {
    const { tallies } = natReplay([...drawn('..X..'), ...metricRun('ErrorPortAllocation', [0, 0, 0])], 4);
    expect(tallies.find(({ detector }) => detector === 'nat-port-utilisation')).toEqual({
      detector: 'nat-port-utilisation',
      signal: 1,
      quiet: 4,
      insufficient: 0,
      reason: '900 of 1000 ports in use towards 203.0.113.10:443/tcp',
    });
    expect(tallies.find(({ detector }) => detector === 'nat-port-allocation-errors')).toMatchObject({
      quiet: 3,
      insufficient: 2,
      reason: '',
    });
    expect(tallies.find(({ detector }) => detector === 'nat-port-forecast')).toMatchObject({
      quiet: 0,
      reason: 'too few minutes for a slope',
    });
  });

  it('gives no reason of an earlier minute to a later quiet', () => {
    const { tallies } = natReplay(metricRun('ErrorPortAllocation', [null, 0, 0]), 2);
    const late = natReplay([...drawn('.'), ...metricRun('ErrorPortAllocation', [0], START + 1)], 1).tallies;
    for (const tally of [...tallies, ...late])
      if (tally.signal === 0 && tally.quiet > 0) expect([tally.detector, tally.reason]).toEqual([tally.detector, '']);
  });
});
