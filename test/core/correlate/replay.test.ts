import { describe, expect, it } from 'vitest';
import type { OpenBefore } from '../../../shared/core/correlate/follow-trouble.ts';
import { replay } from '../../../shared/core/correlate/replay.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  CLIENT,
  connectErrorMinute,
  contextOf,
  flowCoverageMinute,
  flowMinute,
  hostSeriesOf,
  metricMinute,
  metricRun,
  natRun,
  natSeriesOf,
  OTHER_DESTINATION,
  portsFrom,
  settings,
  socketMinute,
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

const PORTS: Readonly<Record<string, number>> = { X: 900, k: 700 };
const portsOf = (letter: string): number => PORTS[letter] ?? 10;

/** A character per minute: `X` full, `k` where hysteresis keeps open, `.` calm, ` ` no records. What ends is closed. */
const drawn = (picture: string) =>
  [...picture].flatMap((letter, i) => {
    if (letter === ' ') return [];
    const next = portsOf(Array.from(picture.slice(i + 1)).find((other) => other !== ' ') ?? letter);
    const [standing, ending] = [
      portsFrom(2_000, portsOf(letter)),
      portsFrom(2_000 + next, Math.max(0, portsOf(letter) - next)),
    ];
    return natRun(1, () => ({ standing, ending }), START + i);
  });

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

  it('does not take what says nothing of ports for quiet, while no gauge of ports answers', () => {
    const errors = (minutes: number, more = {}) =>
      Array.from({ length: minutes }, (_, i) => metricMinute({ minute: START + i, ...more }));
    // Full by flow records that stop; no connection fails meanwhile, for all that is known.
    expect(natReplay([...drawn('..XXX'), ...errors(30)]).spans).toEqual([[2, 4, null]]);
    expect(natReplay([...drawn('..XXX'), ...errors(30), ...drawn(' '.repeat(20) + '.....')]).spans).toEqual([
      [2, 4, 24],
    ]);
    // The metric that carries the records on is a gauge.
    const active = metricRun('ActiveConnectionCount', [10, 10, 900, 900, 900, 10, 10, 10, 10, 10]);
    expect(natReplay([...drawn('..XXX'), ...active]).spans).toEqual([[2, 4, 9]]);
  });

  it('takes failures that a metric told of to be over when it says so', () => {
    const values = [0, 0, 90, 90, 0, 0, 0, 0, 0];
    expect(natReplay(metricRun('ErrorPortAllocation', values)).spans).toEqual([[2, 3, 8]]);
  });

  it('takes NODATA for a record of no traffic', () => {
    const idle = (noData: number) =>
      Array.from({ length: 6 }, (_, i) => flowCoverageMinute({ minute: START + 5 + i, records: 0, noData }));
    expect(natReplay([...drawn('..XXX'), ...idle(1)]).spans).toEqual([[2, 4, 9]]);
    expect(natReplay([...drawn('..XXX'), ...idle(0)]).spans).toEqual([[2, 4, null]]);
  });

  it('does not wait for a socket table that was taken once or twice', () => {
    const full = (minutes: number) =>
      Array.from({ length: minutes }, (_, i) => socketMinute({ minute: START + i, portsInUse: 28_200 }));
    const log = connectErrorMinute({ minute: START, events: 50, localAddress: CLIENT });
    const after = connectErrorMinute({ minute: START + 20, events: 1, localAddress: CLIENT });
    const resolvedAfter = (minutes: number) => {
      const series = hostSeriesOf([...full(minutes), log, after], given);
      return replay(series, START + 40, contextOf(given)).incidents[0]?.resolvedMinute;
    };
    expect([resolvedAfter(1), resolvedAfter(2), resolvedAfter(3)]).toEqual([START + 5, START + 6, null]);
  });

  describe('of trouble that began before', () => {
    const before = { lastMinute: START - 100, detectors: ['nat-port-utilisation'] };
    const settled = (rows: readonly Observation[], open: OpenBefore | null = before) => {
      const { settledMinute, incidents } = replay(natSeriesOf(rows, given), START + 90, contextOf(given), open);
      return [settledMinute === null ? null : settledMinute - START, incidents.length];
    };

    it('says when quiet ended it', () => {
      expect(settled(drawn('.....'))).toEqual([4, 0]);
      expect(settled(drawn('..k.....'))).toEqual([7, 0]);
      expect(settled(drawn('....'))).toEqual([null, 0]);
      expect(settled(drawn('.....'), null)).toEqual([null, 0]);
    });

    it('takes new signals for its going on, and later ones for its return', () => {
      expect(settled(drawn('..X.....'))).toEqual([null, 1]);
      expect(settled(drawn('.....X.....'))).toEqual([4, 1]);
    });

    it('counts no minute that it was known to last', () => {
      expect(settled(drawn('.....'), { ...before, lastMinute: START + 1 })).toEqual([null, 0]);
      expect(settled(drawn('.......'), { ...before, lastMinute: START + 1 })).toEqual([6, 0]);
    });

    it('does not end it by what says nothing of ports', () => {
      const errors = metricRun('ErrorPortAllocation', [0, 0, 0, 0, 0, 0]);
      expect(settled(errors)).toEqual([null, 0]);
      expect(settled(errors, { ...before, detectors: ['nat-port-allocation-errors'] })).toEqual([4, 0]);
    });
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
