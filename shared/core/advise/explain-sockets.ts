import type { HostDestination } from '../detect/host-series.ts';
import type { Minute } from '../model/time.ts';
import type { Nowcast } from './nowcast.ts';

const MOSTLY = 0.6;
/** Tables of other minutes of the incident that are as full tell as much. */
const AS_FULL = 0.95;

/**
 * The cause by socket tables alone, from the fullest of the incident. What is in TIME_WAIT has been closed, so most of
 * the ports there is churn, of as many connections per second as TIME_WAIT keeps for its seconds (Little's law). What is
 * in any other state is still open at this end: a leak. Null without a table.
 */
export function explainSockets(
  measured: readonly HostDestination[],
  { startMinute, endMinute }: { readonly startMinute: Minute; readonly endMinute: Minute },
  timeWaitSeconds: number,
): Nowcast | null {
  const tables = measured
    .flatMap(({ sockets }) => [...sockets.values()])
    .filter(({ minute }) => minute >= startMinute - 1 && minute <= endMinute);
  const [fullest] = tables.sort((a, b) => b.portsInUse - a.portsInUse || b.minute - a.minute);
  if (fullest === undefined || fullest.portsInUse === 0) return null;
  const { portsInUse } = fullest;
  const full = tables.filter((table) => table.portsInUse >= AS_FULL * portsInUse);
  const meanOf = (field: 'timeWait' | 'established'): number =>
    full.reduce((sum, table) => sum + (table[field] / table.portsInUse) * portsInUse, 0) / full.length;
  const [timeWait, established] = [meanOf('timeWait'), meanOf('established')];
  const part = (count: number): string => `${Math.round((100 * count) / portsInUse)} % of the ${portsInUse} ports`;
  const opensPerSecond = timeWait / timeWaitSeconds;
  const peak = { opensPerSecond, secondsHeld: opensPerSecond === 0 ? 0 : portsInUse / opensPerSecond };
  if (timeWait >= MOSTLY * portsInUse)
    return {
      cause: 'churn',
      reason: `${part(timeWait)} are in TIME_WAIT: connections are opened and closed, about ${Math.round(opensPerSecond)} a second, not leaked`,
      before: null,
      peak,
    };
  const open = portsInUse - timeWait;
  if (open < MOSTLY * portsInUse)
    return { cause: 'unknown', reason: 'as many ports are in TIME_WAIT as are open', before: null, peak };
  const others = open - established;
  return {
    cause: 'leak',
    reason: `${part(open)} are open${others > established ? ', most of them neither established nor in TIME_WAIT (CLOSE_WAIT: the other side has closed, the program has not)' : ''}: they are opened and not closed, or wait for a destination that answers late`,
    before: null,
    peak,
  };
}
