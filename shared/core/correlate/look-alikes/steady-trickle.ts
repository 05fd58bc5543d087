import { isoOf } from '../../model/time.ts';
import type { LookAlike } from './look-alike.ts';

/** The same few errors every minute, for as long as there are any. */
export const steadyTrickle: LookAlike = ({ hosts }) =>
  hosts
    .filter((series) => series.eventsAreSteady)
    .map(({ subject, logs }) => {
      const rows = [...logs.values()].flat().map(({ row }) => row);
      return {
        kind: 'steady-trickle',
        reason:
          'the same few errors every minute, without a burst: a mistake in a configuration (a bad source address, IPv6 off), not exhaustion',
        subject: subject.id,
        firstSeenAt: isoOf(Math.min(...rows.map((row) => row.firstEventMs))),
        lastSeenAt: isoOf(Math.max(...rows.map((row) => row.lastEventMs))),
      };
    });
