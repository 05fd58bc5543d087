import type { Address } from '../../model/address.ts';
import type { Minute } from '../../model/time.ts';
import { type LookAlike, spanOf } from './look-alike.ts';

const FEWEST_DESTINATIONS = 500;
const MOST_PORTS_EACH = 2;

/**
 * A port scan or a crawler: one source opens a connection or two to very many destinations. Ports are counted per
 * destination, so that costs next to none of any budget, however many connections it makes.
 */
export const scan: LookAlike = ({ flows }) => {
  const perSource = new Map<Address, Map<Minute, number>>();
  for (const row of flows) {
    if (row.ports.size > MOST_PORTS_EACH) continue;
    const minutes = perSource.get(row.localAddress) ?? new Map<Minute, number>();
    minutes.set(row.minute, (minutes.get(row.minute) ?? 0) + 1);
    perSource.set(row.localAddress, minutes);
  }
  return [...perSource].flatMap(([source, counts]) => {
    const busy = [...counts].filter(([, destinations]) => destinations >= FEWEST_DESTINATIONS);
    if (busy.length === 0) return [];
    const most = Math.max(...busy.map(([, destinations]) => destinations));
    return [
      {
        kind: 'scan',
        reason: `up to ${most} destinations in a minute with a connection or two each: a scan or a crawler, which takes few ports of any one destination`,
        subject: source,
        ...spanOf(busy.map(([minute]) => minute)),
      },
    ];
  });
};
