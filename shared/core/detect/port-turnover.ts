import type { FlowRows } from '../flow-rows/flow-rows.ts';
import type { FlowMinute } from '../model/observation.ts';
import { rangeOf } from '../model/port-set.ts';
import { createPortWindow } from '../model/port-window.ts';
import type { Minute } from '../model/time.ts';

/** What the ports of the last minutes say, of one destination in one minute. */
export type PortTurnover = {
  /** Distinct (local address, port) pairs of the window. */
  readonly distinct: number;
  /** Ports that the minutes of the window before had not seen, and as many more as chance hides: new connections. */
  readonly fresh: number;
  /** Ports of the window that no fresh one explains: connections that stand, and speak now and then. */
  readonly standing: number;
};

export const NO_TURNOVER: PortTurnover = { distinct: 0, fresh: 0, standing: 0 };

/** How many ports lie between the lowest and the highest: a gateway does not tell the range it draws from. */
export function spanOfPorts(rows: FlowRows): number {
  let [lowest, highest] = [Infinity, 0];
  for (const { ports } of rows) {
    const { low, high } = rangeOf(ports);
    lowest = Math.min(lowest, low);
    highest = Math.max(highest, high);
  }
  return Math.max(1, highest - lowest + 1);
}

/** Fewer ports than these, had all been new ones, might be unseen by chance. */
const FEWEST_EXPECTED = 20;

/**
 * Ports in the minutes touching the window before and in each of `minutes`. A connection that stands shows its own port
 * again and again, one that is new a port that was not seen, unless by chance it took over one that was. Were all ports
 * of a minute new, ports × (1 − s) of them would be unseen, s being the share of the `range` seen lately. So
 * fresh = ports × Σ unseen / Σ ports × (1 − s), both over the window; and all of them where so much of the range was seen
 * that nothing can be told by what was not. It takes two windows until what stands has been seen before.
 */
export function countTurnover(
  rows: readonly FlowMinute[],
  minutes: ReadonlySet<Minute>,
  windowMinutes: number,
  range: number,
): Map<Minute, PortTurnover> {
  const ascending = [...minutes].sort((a, b) => a - b);
  const turnover = new Map<Minute, PortTurnover>();
  for (const unordered of Map.groupBy(rows, (row) => row.localAddress).values()) {
    const own = unordered.toSorted((a, b) => a.minute - b.minute);
    for (const [minute, here] of turnoverAt(own, ascending, windowMinutes, range)) {
      const sum = turnover.get(minute) ?? NO_TURNOVER;
      turnover.set(minute, {
        distinct: sum.distinct + here.distinct,
        fresh: sum.fresh + here.fresh,
        standing: sum.standing + here.standing,
      });
    }
  }
  return turnover;
}

/** Of one local address, whose rows ascend. */
function* turnoverAt(
  rows: readonly FlowMinute[],
  minutes: readonly Minute[],
  windowMinutes: number,
  range: number,
): Generator<[Minute, PortTurnover]> {
  const window = createPortWindow();
  const lately: Appearances[] = [];
  let [oldest, next] = [0, 0];
  for (const minute of minutes) {
    for (; oldest < next && (rows[oldest] as FlowMinute).minute < minute - windowMinutes; oldest += 1)
      window.remove((rows[oldest] as FlowMinute).ports);
    const seen = window.size();
    let ports = 0;
    for (; next < rows.length && (rows[next] as FlowMinute).minute <= minute; next += 1) {
      window.add((rows[next] as FlowMinute).ports);
      ports += (rows[next] as FlowMinute).ports.size;
    }
    const distinct = window.size();
    while (lately.length > 0 && (lately[0] as Appearances).minute < minute - windowMinutes) lately.shift();
    lately.push({ minute, ports, expected: ports * Math.max(0, 1 - seen / range), unseen: distinct - seen });
    const share = newShare(lately);
    yield [
      minute,
      { distinct, fresh: ports * share, standing: Math.max(0, distinct - share * sumOf(lately, 'ports')) },
    ];
  }
}

/** One minute's ports, how many of them would be unseen were they all new, and how many are. */
type Appearances = {
  readonly minute: Minute;
  readonly ports: number;
  readonly expected: number;
  readonly unseen: number;
};

function newShare(lately: readonly Appearances[]): number {
  const expected = sumOf(lately, 'expected');
  return expected < FEWEST_EXPECTED ? 1 : Math.min(1, sumOf(lately, 'unseen') / expected);
}

const sumOf = (lately: readonly Appearances[], count: 'ports' | 'expected' | 'unseen'): number =>
  lately.reduce((sum, each) => sum + each[count], 0);
