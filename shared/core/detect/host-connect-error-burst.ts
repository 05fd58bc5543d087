import type { Minute } from '../model/time.ts';
import { destinationKey } from '../model/destination.ts';
import { countEvents, totalEvents } from '../model/event-count.ts';
import { type Detector, KEEPS_OPEN, QUIET } from './detector.ts';
import type { HostSeries } from './host-series.ts';
import { isContradicted } from './contradicted.ts';
import { hostEstimate } from './host-port-utilisation.ts';
import { poissonTail, usualCount } from './statistics.ts';

const PAST_MINUTES = 60;
/** Half an event in an hour without any: what never happened yet is rare, not impossible. */
const PRIOR_EVENTS = 0.5;

/**
 * Log events that say a connect found no local port, judged against the same log source's own past: signal when
 * P(X ≥ count | Poisson((past hour + 0.5) / 60)) < `burst.falseAlarmProbability`, no minute of the past counting for
 * more than a trickle, and at least `burst.minimumEvents` (weighted by certainty) occur; one event suffices where flow
 * records or a socket table show the range three quarters full. A single event alone is no proof, a steady trickle is
 * a mistake in a configuration, and flow records that show most of the range unused contradict the events.
 */
export const hostConnectErrorBurst: Detector<HostSeries> = {
  id: 'host-connect-error-burst',
  source: 'app-log',
  weight: 4,
  evaluate(series, minute, { settings, isFinal }) {
    if (series.logs.size === 0) return { outcome: 'insufficient-data', reason: 'no log events of this source' };
    const count = series.eventWeights.get(minute) ?? 0;
    if (count === 0 || isContradicted(series, minute, isFinal)) return QUIET;
    const isFull = isNearlyFull(series, minute);
    if (series.eventsAreSteady && !isFull) return QUIET;
    const needed = isFull ? 0.1 : settings.burst.minimumEvents;
    if (count < needed) return QUIET;
    const past = Array.from({ length: PAST_MINUTES }, (_, i) => series.eventWeights.get(minute - 1 - i) ?? 0);
    const usual = usualCount(past, series.eventTrickle) + PRIOR_EVENTS / PAST_MINUTES;
    if (needed >= 1 && count <= usual) return QUIET;
    if (needed >= 1 && poissonTail(Math.floor(count), usual) >= settings.burst.falseAlarmProbability) return KEEPS_OPEN;
    return {
      outcome: 'signal',
      level: 'failing',
      destinationKey: mostNamed(series, minute),
      statement: sentence(series, minute),
    };
  },
};

function isNearlyFull(series: HostSeries, minute: Minute): boolean {
  return series.destinations.some((destination) => {
    const now = hostEstimate(destination, minute) ?? hostEstimate(destination, minute - 1);
    return now !== null && now >= 0.75 * destination.budget.capacityPorts;
  });
}

function mostNamed(series: HostSeries, minute: Minute): string | null {
  const events = new Map<string, number>();
  for (const { row } of series.logs.get(minute) ?? []) {
    if (row.destination === null || row.destination.port === null) continue;
    const key = destinationKey({ address: row.destination.host, port: row.destination.port, protocol: 6 });
    events.set(key, (events.get(key) ?? 0) + countEvents(row));
  }
  return [...events].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

function sentence(series: HostSeries, minute: Minute): string {
  const rows = (series.logs.get(minute) ?? []).map(({ row }) => row);
  return `${totalEvents(rows)} log events say that a connect found no local port (${[...new Set(rows.map((row) => row.signature))].sort().join(', ')})`;
}
