import type { Cause } from '../finding/schema.ts';
import { figures } from '../model/figures.ts';
import type { Minute } from '../model/time.ts';
import { median } from '../detect/statistics.ts';

/**
 * What Little's law needs of one minute: ports held, connections opened and failed among them, connections closed.
 */
export type Load = {
  readonly ports: number;
  readonly opens: number;
  readonly failed: number;
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

const BASELINE_MINUTES = 120;
const FEWEST_CALM = 3;
/** Connections held this long stand in pools; their number grows, not the rate of requests. */
const STANDING_SECONDS = 350;
const SLOW_MINUTES = 120;
const ONSET_SHARE = 0.7;
const FEWEST_CLOSES = 10;
/** Percent of the opened connections that close. */
const HARDLY_ANY = 20;

/**
 * Little's law, ports ≈ opens/s × seconds held: whichever factor grew explains the peak. Opens up: churn (or growth,
 * when it took hours); seconds held up: hold, or leak when few of the opened connections close; capacity down:
 * capacity. With no calm minutes before the incident the law alone decides, or the cause stays unknown.
 */
export function nowcast(
  loads: ReadonlyMap<Minute, Load>,
  startMinute: Minute,
  endMinute: Minute,
  holdSeconds: number,
): Nowcast {
  const during = pick(loads, startMinute, endMinute);
  const top = riseOf(during)
    .toSorted((a, b) => utilisationOf(b) - utilisationOf(a))
    .slice(0, 5);
  const peak = measure(top);
  if (top.length === 0) return { cause: 'unknown', reason: 'no flow records of the incident', before: null, peak };
  const onset = findOnset(loads, startMinute, endMinute);
  const calm = calmestOf(pick(loads, onset - BASELINE_MINUTES, onset - 1));
  if (calm.length === 0) return { ...withoutBaseline(peak, top, holdSeconds), before: null, peak };
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
  return { ...heldOrLeaked(calm, fullestOf(pick(loads, onset, endMinute)), heldGrew, change), before, peak };
}

const isFailing = ({ someFailed, failed, opens }: Load): boolean =>
  someFailed === true || (failed >= 5 && failed >= 0.02 * opens);

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
  const most = loads.reduce((max, load) => Math.max(max, utilisationOf(load)), 0);
  return loads.filter((load) => utilisationOf(load) >= ONSET_SHARE * most);
}

/** The first minute, in or shortly before the incident, with most of the utilisation that the peak has. */
function findOnset(loads: ReadonlyMap<Minute, Load>, startMinute: Minute, endMinute: Minute): Minute {
  const near = [...loads].filter(([minute]) => minute >= startMinute - BASELINE_MINUTES && minute <= endMinute);
  const most = near.reduce((max, [, load]) => Math.max(max, utilisationOf(load)), 0);
  return Math.min(...near.filter(([, load]) => utilisationOf(load) >= ONSET_SHARE * most).map(([minute]) => minute));
}

const utilisationOf = (load: Load): number => load.ports / load.capacityPorts;

/**
 * Ports are held longer: by every connection, or by some that never close? Where the connections that do close live as
 * long as before, while the mean over all grew, the rest leaks. With hardly any closes at all it is a leak as well.
 */
function heldOrLeaked(
  calm: readonly Load[],
  during: readonly Load[],
  heldGrew: number,
  change: string,
): { cause: Cause; reason: string } {
  // At the ceiling nothing opens but in the place of what closed: by metrics as much closes as opens, leak or not.
  const telling = during.filter((load) => load.someFailed !== true);
  const share = Math.round(100 * shareOfClosing(telling.length > 0 ? telling : during));
  const isKnown = during.some((load) => load.closed !== null);
  if (isKnown && share < HARDLY_ANY) {
    return { cause: 'leak', reason: `${change}; only ${share} % of the opened connections closed` };
  }
  const before = lifeOfClosing(calm);
  // While allocations fail, ports are taken again as they come free, and closes are hard to tell apart.
  const whole = during.filter((load) => !isFailing(load));
  const now = lifeOfClosing(whole.length > 0 ? whole : during);
  if (before !== null && now !== null) {
    const closersGrew = Math.log(ratio(now, before));
    return closersGrew < 0.5 * heldGrew
      ? { cause: 'leak', reason: `${change}; connections that close live as long as before, the others never close` }
      : { cause: 'hold', reason: `${change}; connections still close, only later` };
  }
  if (!isKnown) {
    return { cause: 'unknown', reason: `${change}; records without flags do not show whether connections close` };
  }
  return share < 50
    ? { cause: 'leak', reason: `${change}; only ${Math.min(100, share)} % of the opened connections closed` }
    : { cause: 'hold', reason: `${change}; connections still close, only later` };
}

/** Closed per opened connection; the minute in which a fix closes everything counts for twice its opens at most. */
function shareOfClosing(loads: readonly Load[]): number {
  let opened = 0;
  let closed = 0;
  for (const load of loads) {
    const answered = Math.max(0, load.opens - load.failed);
    opened += answered;
    closed += Math.min(load.closed ?? 0, 2 * answered);
  }
  return closed / Math.max(1, opened);
}

/**
 * Seconds that closing connections lived, from how many close in the minute they opened in: 60 (1 − share), 0.5–60 per
 * minute, the median of the minutes; the one minute in which a fix closes everything does not sway it.
 */
function lifeOfClosing(loads: readonly Load[]): number | null {
  const lives = loads.flatMap(({ closed, youngClosed }) =>
    closed === null || youngClosed === null || closed < FEWEST_CLOSES
      ? []
      : [Math.max(0.5, 60 * (1 - youngClosed / closed))],
  );
  return lives.length === 0 ? null : median(lives);
}

function withoutBaseline(
  peak: Nowcast['peak'],
  top: readonly Load[],
  holdSeconds: number,
): { cause: Cause; reason: string } {
  const ports = median(top.map((load) => load.ports));
  const fromChurn = peak.opensPerSecond * Math.max(1, holdSeconds);
  if (holdSeconds > 0 && fromChurn >= 0.6 * ports) {
    return {
      cause: 'churn',
      reason: `${perSecond(peak.opensPerSecond)} new connections explain the ports by themselves, each held ${holdSeconds} s after close`,
    };
  }
  const closed = total(top, 'closed');
  if (top.some((load) => load.closed !== null) && closed < 0.2 * (total(top, 'opens') - total(top, 'failed')))
    return { cause: 'leak', reason: 'ports pile up and hardly any connection closes' };
  return { cause: 'unknown', reason: 'the records begin inside the incident, so there is no calm to compare with' };
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
  const ports = median(loads.map((load) => load.ports));
  return { opensPerSecond, secondsHeld: ports / Math.max(1 / 60, opensPerSecond) };
}

const pick = (loads: ReadonlyMap<Minute, Load>, from: Minute, to: Minute): Load[] =>
  [...loads]
    .filter(([minute]) => minute >= from && minute <= to)
    .sort(([a], [b]) => a - b)
    .map(([, load]) => load);

const total = (loads: readonly Load[], field: 'opens' | 'failed' | 'closed'): number =>
  loads.reduce((sum, load) => sum + (load[field] ?? 0), 0);
const ratio = (a: number, b: number): number => Math.max(a, 1e-3) / Math.max(b, 1e-3);
const perSecond = (value: number): string => `${figures(value, 2)}/s`;
const inSeconds = (value: number): string => `${figures(value, 2)} s`;
