import { countOpens } from '../../detect/count-opens.ts';
import { isRefused } from '../../detect/refused-connects.ts';
import { groupRows } from '../../flow-rows/flow-rows.ts';
import { destinationKey } from '../../model/destination.ts';
import { aboutWay, type LookAlike, spanOf } from './look-alike.ts';

const FEWEST_PER_MINUTE = 20;
const FEWEST_MINUTES = 2;

/** Connects fail because the other side answers them with RST: nothing listens there, and no port is missing. */
export const connectionRefused: LookAlike = ({ flows }) => {
  const refused = flows.filter((row) => row.ports.size >= FEWEST_PER_MINUTE && isRefused(row));
  const places = groupRows(refused, (row) => `${row.localAddress} ${destinationKey(row.destination)}`);
  return [...places.values()].flatMap((rows) => {
    // The ports of probes are the same in each minute, and opened in none.
    const minutes = [...countOpens(rows)].filter(([, { opens }]) => opens >= FEWEST_PER_MINUTE);
    const row = rows.at(0);
    if (row === undefined || minutes.length < FEWEST_MINUTES) return [];
    const opens = minutes.reduce((sum, [, counts]) => sum + counts.opens, 0);
    return [
      {
        kind: 'connection-refused',
        reason: `${opens} connects in ${minutes.length} minutes were answered with one packet and came to nothing: the destination refuses them, ports are not what is missing`,
        ...aboutWay(row.localAddress, row.destination),
        ...spanOf(minutes.map(([minute]) => minute)),
      },
    ];
  });
};
