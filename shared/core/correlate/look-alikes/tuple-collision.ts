import { contradictedMinutes } from '../../detect/contradicted.ts';
import { totalEvents } from '../../model/event-count.ts';
import { type LookAlike, spanOf } from './look-alike.ts';

/** Connects fail as if no port were left, while flow records of the same minutes show most of the range unused. */
export const tupleCollision: LookAlike = ({ hosts, isFinal }) =>
  hosts.flatMap((series) => {
    const minutes = contradictedMinutes(series, isFinal);
    if (minutes.length === 0) return [];
    const events = totalEvents(minutes.flatMap((minute) => series.logs.get(minute) ?? []).map(({ row }) => row));
    return [
      {
        kind: 'tuple-collision',
        reason: `${events} connects failed for want of a port while flow records show most of the range unused: a fixed source port, or two connections with the same addresses and ports`,
        subject: series.subject.id,
        ...spanOf(minutes),
      },
    ];
  });
