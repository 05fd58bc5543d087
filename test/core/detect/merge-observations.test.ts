import { describe, expect, it } from 'vitest';
import { mergeObservations } from '../../../shared/core/detect/merge-observations.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  connectErrorMinute,
  flowCoverageMinute,
  flowMinute,
  metricMinute,
  part,
  socketMinute,
  START,
} from '../builders.ts';

const merge = (...parts: readonly (readonly Observation[])[]) =>
  mergeObservations(parts.map((rows, i) => part(rows, { id: `part-${i}` })));

describe('mergeObservations', () => {
  it('unites the events of one signature, source, destination and minute', () => {
    const [a, b] = [connectErrorMinute({ events: 3 }), connectErrorMinute({ events: 5, certainty: 0.5 })];
    const { connectErrors } = merge([a], [b], [connectErrorMinute({ events: 2, seed: 'other' })]);
    expect(connectErrors).toHaveLength(1);
    expect(connectErrors[0]).toMatchObject({ certainty: 1, firstEventMs: a.firstEventMs, lastEventMs: b.lastEventMs });
    expect(connectErrors[0]?.eventIds).toHaveLength(7);
    expect(connectErrors[0]?.eventIds).toEqual(connectErrors[0]?.eventIds.toSorted());
    expect(connectErrors[0]?.samples.length).toBeLessThanOrEqual(3);
  });

  it('keeps apart what differs in any of them', () => {
    const rows = [
      connectErrorMinute(),
      connectErrorMinute({ minute: START + 1 }),
      connectErrorMinute({ signature: 'other' }),
      connectErrorMinute({ verdict: 'bind-misconfig' }),
      connectErrorMinute({ destination: null }),
      connectErrorMinute({ localAddress: '10.0.1.5' }),
      connectErrorMinute({ runtime: null }),
      connectErrorMinute({ logSource: { group: '/ecs/checkout', stream: 'a', service: null } }),
    ];
    expect(merge(rows).connectErrors).toHaveLength(rows.length);
  });

  it('holds at most ten thousand events of a row, the smallest ids', () => {
    const { connectErrors } = merge(
      [connectErrorMinute({ events: 8_000 })],
      [connectErrorMinute({ events: 8_000, seed: 'other' })],
    );
    expect(connectErrors[0]?.eventIds).toHaveLength(10_000);
  });

  it('takes the larger of two values of one datapoint', () => {
    const { metrics } = merge([metricMinute({ value: 3 })], [metricMinute({ value: 7 })], [metricMinute({ value: 5 })]);
    expect(metrics.map(({ value }) => value)).toEqual([7]);
    expect(
      merge([metricMinute(), metricMinute({ resourceId: null }), metricMinute({ periodMinutes: 5 })]).metrics,
    ).toHaveLength(3);
  });

  it('takes the most of a socket table, and the widest range', () => {
    const { sockets } = merge(
      [socketMinute({ timeWait: 3, portsInUse: 9, localRange: null })],
      [socketMinute({ established: 5, portsInUse: 4, localRange: { low: 100, high: 200 } })],
      [socketMinute({ localRange: { low: 150, high: 300 } })],
    );
    expect(sockets).toMatchObject([
      { timeWait: 3, established: 5, portsInUse: 9, localRange: { low: 100, high: 300 } },
    ]);
    expect(merge([socketMinute(), socketMinute({ host: 'another' })]).sockets).toHaveLength(2);
  });

  it('takes each part once', () => {
    const rows = [flowMinute({ ports: [1], bytes: 10 }), flowCoverageMinute({ records: 4 })];
    const twice = mergeObservations([part(rows, { id: 'a' }), part(rows, { id: 'a' })]);
    expect(twice.flows).toMatchObject([{ bytes: 10 }]);
    expect(twice.coverage).toMatchObject([{ records: 4 }]);
    expect(merge(rows, rows).flows).toMatchObject([{ bytes: 20 }]);
  });

  it('tells the first and last minute of anything, and null of nothing', () => {
    const rows = [
      metricMinute({ minute: START + 5 }),
      connectErrorMinute({ minute: START + 9 }),
      flowMinute({ minute: START + 7 }),
    ];
    expect(merge(rows).extent).toEqual({ from: START + 5, to: START + 9 });
    expect(merge([flowCoverageMinute({ minute: START + 3 })]).extent).toEqual({ from: START + 3, to: START + 3 });
    expect(merge().extent).toBeNull();
  });

  it('orders by minute', () => {
    const rows = [3, 1, 2].map((i) => metricMinute({ minute: START + i }));
    expect(merge(rows).metrics.map(({ minute }) => minute - START)).toEqual([1, 2, 3]);
  });
});
