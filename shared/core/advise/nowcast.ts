import type { Cause } from '../finding/schema.ts';
import { figures } from '../model/figures.ts';
import type { Minute } from '../model/time.ts';
import { median, mostOf } from '../detect/statistics.ts';
import { type Ceiling, firstFailing, isFailing } from './ceiling.ts';
import { BASELINE_MINUTES, findOnset, ONSET_SHARE, portsOf, utilisationOf } from './find-onset.ts';
import { atCeiling, heldOrLeaked, ratio } from './held-or-leaked.ts';

/**
 * What Little's law needs of one minute: ports held, connections opened and failed among them, connections closed.
 */
export type Load = {
  readonly ports: number;
  /** Those of the ports whose connections are open, at least; left out where the source cannot tell. */
  readonly open?: number;
  readonly opens: number;
  readonly failed: number;
  /** Opens that left and got no answer, which hold a port as well; left out where nobody has looked. */
  readonly unanswered?: number;
  /** Connections failed, though not known how many: they are in neither `opens` nor `failed`. */
  readonly someFailed?: boolean;
  /** Null where the source cannot tell. */
  readonly closed: number | null;
  /** Closed in the minute in which they opened; null where the source cannot tell. */
  readonly youngClosed: number | null;
  readonly capacityPorts: number;
};

export type Nowcast = {
  readonly cause: Cause;
  readonly reason: string;
  /** Opens per second and seconds a port is held, before and at the peak; null where there is no calm before. */
  readonly before: { readonly opensPerSecond: number; readonly secondsHeld: number } | null;
  readonly peak: { readonly opensPerSecond: number; readonly secondsHeld: number };
};

export type Verdict = Pick<Nowcast, 'cause' | 'reason'>;

type Asked = {
  readonly loads: ReadonlyMap<Minute, Load>;
  readonly startMinute: Minute;
  readonly endMinute: Minute;
  readonly holdSeconds: number;
  readonly ceiling: Ceiling;
};

const FEWEST_CALM = 3;
/** Connections held this long stand in pools; their number grows, not the rate of requests. */
const STANDING_SECONDS = 350;
const SLOW_MINUTES = 120;

/**
 * Little's law, ports ≈ opens/s × seconds held: whichever factor grew explains the peak. Opens up: churn (or growth,
 * when it took hours); seconds held up: hold, or leak when few of the opened connections close; capacity down:
 * capacity. With no calm minutes before the incident the law alone decides, or the cause stays unknown. `ceiling` is what
 * the failing minutes tell of the ports, where somebody has looked.
 */
export function nowcast(
  loads: ReadonlyMap<Minute, Load>,
  startMinute: Minute,
  endMinute: Minute,
  holdSeconds: number,
  ceiling: Ceiling = 'unknown',
): Nowcast {
  return isHeldOpen(pick(loads, startMinute, endMinute))
    ? applyLaw({ loads: onlyOpen(loads), startMinute, endMinute, holdSeconds: 0, ceiling })
    : applyLaw({ loads, startMinute, endMinute, holdSeconds, ceiling });
}

const MOSTLY = 0.6;

/** More than half of the ports at the fullest belong to open connections: what is held after close did not fill them. */
function isHeldOpen(during: readonly Load[]): boolean {
  const most = mostOf(during.map(({ open }) => open ?? 0));
  return most > 0.5 * mostOf(during.map(({ ports }) => ports));
}

/** How long ports are held after close is often only supposed, and blurs since when connections stay open. */
const onlyOpen = (loads: ReadonlyMap<Minute, Load>): Map<Minute, Load> =>
  new Map([...loads].map(([minute, load]) => [minute, { ...load, ports: load.open ?? load.ports }]));

function applyLaw(asked: Asked): Nowcast {
  const { loads, startMinute, endMinute, ceiling } = asked;
  const during = pick(loads, startMinute, endMinute);
  const top = fullestOf(riseOf(during))
    .toSorted((a, b) => utilisationOf(b) - utilisationOf(a))
    .slice(0, 5);
  const peak = measure(top);
  if (top.length === 0) return { cause: 'unknown', reason: 'no flow records of the incident', before: null, peak };
  const onset = findOnset(loads, startMinute, endMinute);
  const calm = calmestOf(pick(loads, onset - BASELINE_MINUTES, onset - 1));
  if (calm.length === 0) return { ...withoutBaseline(peak, top, { ...asked, startMinute: onset }), before: null, peak };
  const before = measure(calm);
  const opensGrew = Math.log(ratio(peak.opensPerSecond, before.opensPerSecond));
  const heldGrew = Math.log(ratio(peak.secondsHeld, before.secondsHeld));
  const shrank = Math.log(
    ratio(median(calm.map((load) => load.capacityPorts)), median(top.map((load) => load.capacityPorts))),
  );
  const largest = Math.max(opensGrew, heldGrew, shrank);
  const change = `opens ${perSecond(before.opensPerSecond)} → ${perSecond(peak.opensPerSecond)}, each port held ${inSeconds(before.secondsHeld)} → ${inSeconds(peak.secondsHeld)}`;
  if (largest < Math.log(1.2))
    return { cause: 'unknown', reason: `neither opens nor holding time changed much: ${change}`, before, peak };
  if (largest === shrank)
    return { cause: 'capacity', reason: `fewer ports than before at the same load: ${change}`, before, peak };
  if (largest === opensGrew) {
    if (peak.secondsHeld >= STANDING_SECONDS) {
      return { cause: 'growth', reason: `ever more standing connections: ${change}`, before, peak };
    }
    const slow = isSlow(loads, onset);
    return {
      cause: slow ? 'growth' : 'churn',
      reason: slow ? `opens grew over hours: ${change}` : change,
      before,
      peak,
    };
  }
  const whileFull = fullestOf(pick(loads, onset, lastFailing(loads, endMinute)));
  return { ...heldOrLeaked(calm, whileFull, heldGrew, change, ceiling), before, peak };
}

/** What closes after the last failure is a fix, or a program that ended; the end where nothing failed. */
function lastFailing(loads: ReadonlyMap<Minute, Load>, endMinute: Minute): Minute {
  const failing = [...loads].filter(([minute, load]) => minute <= endMinute && isFailing(load));
  return failing.length === 0 ? endMinute : mostOf(failing.map(([minute]) => minute));
}

/** The minutes before the first failures, where there are enough and they rise far enough: retries blur what follows. */
function riseOf(during: readonly Load[]): readonly Load[] {
  const failing = during.findIndex(isFailing);
  const rise = failing < 0 ? during : during.slice(0, failing);
  const most = (loads: readonly Load[]): number => loads.reduce((max, load) => Math.max(max, utilisationOf(load)), 0);
  return rise.length >= FEWEST_CALM && most(rise) >= ONSET_SHARE * most(during) ? rise : during;
}

/** The third of the minutes with the least utilisation: before a long ramp most minutes belong to the ramp. */
const calmestOf = (loads: readonly Load[]): Load[] =>
  loads
    .toSorted((a, b) => utilisationOf(a) - utilisationOf(b))
    .slice(0, Math.max(FEWEST_CALM, Math.ceil(loads.length / 3)));

/** The minutes with most of the utilisation that the fullest has: not the recovery. */
function fullestOf(loads: readonly Load[]): Load[] {
  const most = mostOf(loads.map(utilisationOf));
  return loads.filter((load) => utilisationOf(load) >= ONSET_SHARE * most);
}

function withoutBaseline(peak: Nowcast['peak'], top: readonly Load[], asked: Asked): Verdict {
  const { loads, startMinute, endMinute, holdSeconds, ceiling } = asked;
  const ports = median(top.map((load) => load.ports));
  const fromChurn = peak.opensPerSecond * Math.max(1, holdSeconds);
  if (holdSeconds > 0 && fromChurn >= MOSTLY * ports) {
    return {
      cause: 'churn',
      reason: `${perSecond(peak.opensPerSecond)} new connections explain the ports by themselves, each held ${holdSeconds} s after close`,
    };
  }
  const rise = untilFullest(pick(loads, startMinute, endMinute));
  const closed = total(rise, 'closed');
  if (rise.some((load) => load.closed !== null) && closed < 0.2 * (total(rise, 'opens') - total(rise, 'failed')))
    return { cause: 'leak', reason: 'ports pile up and hardly any connection closes' };
  if (ceiling !== 'unknown' && opensStayed(loads, startMinute, endMinute))
    return atCeiling(ceiling, `${perSecond(peak.opensPerSecond)} new connections, as many as before`);
  return { cause: 'unknown', reason: 'the records begin inside the incident, so there is no calm to compare with' };
}

/** The minutes before the fullest, in which a fix may have closed everything. */
function untilFullest(during: readonly Load[]): readonly Load[] {
  const most = mostOf(during.map(utilisationOf));
  return during.slice(
    0,
    Math.max(
      1,
      during.findIndex((load) => utilisationOf(load) === most),
    ),
  );
}

const SHORTLY_MINUTES = 5;

/** No more connections were tried while allocations failed than shortly before. */
function opensStayed(loads: ReadonlyMap<Minute, Load>, startMinute: Minute, endMinute: Minute): boolean {
  const first = firstFailing(loads, startMinute - SHORTLY_MINUTES, endMinute);
  if (first === null) return false;
  const opensOf = (own: readonly Load[]): number[] => own.map(({ opens }) => opens);
  const before = opensOf(pick(loads, first - SHORTLY_MINUTES, first - 1));
  const failing = opensOf(pick(loads, first, endMinute).filter(isFailing));
  return before.length >= 2 && failing.length > 0 && median(failing) < 1.2 * median(before);
}

/**
 * A long rise before the incident: the first half of two hours held clearly fewer opens than the second; or, where the
 * records are shorter, they rose from third to third all the while, as no step and no ramp after a calm does.
 */
function isSlow(loads: ReadonlyMap<Minute, Load>, startMinute: Minute): boolean {
  const before = pick(loads, startMinute - SLOW_MINUTES, startMinute - 1).map((load) => load.opens);
  if (before.length >= SLOW_MINUTES * 0.75) return rises(before, 2, 1.15);
  return before.length >= SLOW_MINUTES * 0.375 && rises(before, 3, 1.1);
}

/** Whether each of `parts` equal stretches has a median above `factor` times that of the one before. */
function rises(opens: readonly number[], parts: number, factor: number): boolean {
  const size = Math.floor(opens.length / parts);
  const levels = Array.from({ length: parts }, (_, i) =>
    median(opens.slice(i * size, i === parts - 1 ? undefined : (i + 1) * size)),
  );
  return levels.every((level, i) => i === 0 || level > factor * (levels[i - 1] as number));
}

function measure(loads: readonly Load[]): Nowcast['peak'] {
  const opensPerSecond = median(loads.map((load) => load.opens / 60));
  const ports = median(loads.map(portsOf));
  return { opensPerSecond, secondsHeld: ports / Math.max(1 / 60, opensPerSecond) };
}

const pick = (loads: ReadonlyMap<Minute, Load>, from: Minute, to: Minute): Load[] =>
  [...loads]
    .filter(([minute]) => minute >= from && minute <= to)
    .sort(([a], [b]) => a - b)
    .map(([, load]) => load);

const total = (loads: readonly Load[], field: 'opens' | 'failed' | 'closed'): number =>
  loads.reduce((sum, load) => sum + (load[field] ?? 0), 0);
const perSecond = (value: number): string => `${figures(value, 2)}/s`;
const inSeconds = (value: number): string => `${figures(value, 2)} s`;
