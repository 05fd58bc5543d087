import { describe, expect, it } from 'vitest';
import { contradictedMinutes, isContradicted } from '../../../shared/core/detect/contradicted.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { minuteEndMs } from '../../../shared/core/model/time.ts';
import {
  analyzeRows,
  CLIENT,
  CLIENT_INTERFACE,
  connectErrorMinute,
  contextOf,
  flowCoverageMinute,
  flowMinute,
  hostSeriesOf,
  OTHER_DESTINATION,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const own = settings({ portRange: { low: 40_000, high: 40_999 } });
const event = connectErrorMinute({ events: 9, localAddress: CLIENT });
/** `count` ports towards the destination, and one at each end of the range towards another. */
const using = (count: number): Observation[] => [
  flowMinute({ ports: portsFrom(40_000, count), overlap: [count, 0, 0, 0] }),
  flowMinute({ ports: [40_000, 40_999], destination: OTHER_DESTINATION }),
];
/** The minute is final from this instant on. */
const finalMs = minuteEndMs(START) + own.latenessMinutes * 60_000;
const ask = (rows: readonly Observation[], nowMs = finalMs) =>
  isContradicted(hostSeriesOf(rows, { settings: own }), START, contextOf({ settings: own, nowMs }).isFinal);

describe('log events that say no port was left', () => {
  it('are contradicted by records that show most of the range unused', () => {
    expect([ask([event, ...using(250)]), ask([event, ...using(251)])]).toEqual([true, false]);
  });

  it('are not, while records of the minute may still be on their way', () => {
    expect([ask([event, ...using(250)], finalMs - 1), ask([event, ...using(250)], finalMs)]).toEqual([false, true]);
    const series = hostSeriesOf([event, ...using(250)], { settings: own });
    const minutesAt = (nowMs: number) =>
      contradictedMinutes(series, contextOf({ settings: own, nowMs }).isFinal).map((minute) => minute - START);
    expect([minutesAt(finalMs - 1), minutesAt(finalMs)]).toEqual([[], [0]]);
  });

  it('are not, without records towards what they name, or with lost ones', () => {
    expect(ask([event])).toBe(false);
    expect(ask([event, ...using(250).slice(1)])).toBe(false);
    expect(ask([event, ...using(250), flowCoverageMinute({ interfaceId: CLIENT_INTERFACE, skipData: 1 })])).toBe(false);
  });

  it('are not, while another destination has nearly all ports: they may be for all of them', () => {
    const besides = (count: number) => [...portsFrom(40_000, count - 1), 40_999];
    const rows = (count: number) => [
      event,
      ...using(250).slice(0, 1),
      flowMinute({ ports: besides(count), destination: OTHER_DESTINATION }),
    ];
    expect([ask(rows(740)), ask(rows(750))]).toEqual([true, false]);
  });

  it('open a finding that is taken back, and ruled out, only when all has arrived', () => {
    const at = (nowMs: number) => {
      const { findings, ruledOut } = analyzeRows([event, ...using(250)], { settings: own, nowMs });
      return [findings.map(({ status }) => status), ruledOut.map(({ kind }) => kind)];
    };
    expect(at(finalMs - 60_000)).toEqual([['open'], []]);
    expect(at(finalMs)).toEqual([[], ['tuple-collision']]);
  });
});
