import { destinationText } from '../named-destination.ts';
import { totalEvents } from '../../model/event-count.ts';
import { logSourceId } from '../log-source-id.ts';
import { type LookAlike, spanOf } from './look-alike.ts';

const FEWEST_DESTINATIONS = 100;
/** Of a log's timeouts towards the destination with the most. */
const MOST_SHARE = 0.05;

/**
 * Connects of one log time out towards very many destinations, and of no one much more than of others. A NAT gateway runs
 * out of ports towards one destination at a time, so these are not its ports: a scan, a crawler, a list of dead addresses.
 */
export const manyDestinations: LookAlike = ({ logs }) => {
  const timeouts = logs.filter((row) => row.verdict === 'nat-timeout-suspect' && row.destination !== null);
  return [...Map.groupBy(timeouts, (row) => logSourceId(row.logSource))].flatMap(([subject, rows]) => {
    const counts = [...Map.groupBy(rows, destinationText).values()].map(totalEvents);
    const [events, most] = [totalEvents(rows), counts.reduce((a, b) => Math.max(a, b), 0)];
    if (counts.length < FEWEST_DESTINATIONS || most > MOST_SHARE * events) return [];
    return [
      {
        kind: 'many-destinations',
        reason: `${events} connect timeouts towards ${counts.length} destinations, at most ${most} of them towards any one: ports run out towards one destination at a time; a scan, a crawler or a list of dead addresses, not ports`,
        subject,
        ...spanOf(rows.map((row) => row.minute)),
      },
    ];
  });
};
