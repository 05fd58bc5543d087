import type { HostSeries } from '../../detect/host-series.ts';
import { leastOf, mostOf } from '../../detect/statistics.ts';
import { contradictedMinutes } from '../../detect/contradicted.ts';
import { totalEvents } from '../../model/event-count.ts';
import { isoOf } from '../../model/time.ts';
import { isNearlyFull } from '../full-places.ts';
import type { LookAlike } from './look-alike.ts';

const isFullMeanwhile = ({ logs, destinations }: HostSeries): boolean => {
  const full = [...logs.keys()].filter((minute) => destinations.some((entry) => isNearlyFull(entry, minute)));
  return full.length >= 0.5 * logs.size;
};

/** Events that say no port was left, but never came in a burst: a single one is no proof, and a trickle is a mistake. */
export const steadyTrickle: LookAlike = ({ hosts, hasIncident, isFinal }) =>
  hosts
    .filter((series) => series.logs.size > 0 && (series.eventsAreSteady || !hasIncident(series)))
    // What flow records contradict has a better name: see `tupleCollision`.
    .filter((series) => contradictedMinutes(series, isFinal).length === 0)
    // A host that is full all the while fails steadily.
    .filter((series) => !isFullMeanwhile(series))
    .map(({ subject, logs }) => {
      const rows = [...logs.values()].flat().map(({ row }) => row);
      const events = totalEvents(rows);
      return {
        kind: 'steady-trickle',
        reason: `${events} events in ${logs.size} minutes, never in a burst against their own past: a mistake in a configuration (a bad source address, IPv6 off, a fixed source port) or two connections with the same addresses and ports, not exhaustion`,
        subject: subject.id,
        firstSeenAt: isoOf(leastOf(rows.map((row) => row.firstEventMs))),
        lastSeenAt: isoOf(mostOf(rows.map((row) => row.lastEventMs))),
      };
    });
