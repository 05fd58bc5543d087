import { destinationKey, formatDestination } from '../model/destination.ts';
import { type Detector, insufficient, KEEPS_OPEN, QUIET } from './detector.ts';
import type { HostSeries } from './host-series.ts';

/** A range this full has no port left in practice: the kernel's search gives up before the very last one. */
const FULL = 0.99;

/** Ports that a host's own socket table shows in use towards one destination / its local range: exact, TIME_WAIT included. */
export const hostSocketUtilisation: Detector<HostSeries> = {
  id: 'host-socket-utilisation',
  source: 'socket-table',
  weight: 4,
  evaluate(series, minute, { settings: { thresholds } }) {
    const known = series.destinations.flatMap((destination) => {
      const table = destination.sockets.get(minute);
      return table === undefined
        ? []
        : [{ destination, table, utilisation: table.portsInUse / destination.budget.capacityPorts }];
    });
    const [fullest] = known.sort((a, b) => b.utilisation - a.utilisation);
    if (fullest === undefined) return insufficient('no socket table of this source');
    if (fullest.utilisation < thresholds.warning) {
      return fullest.utilisation >= thresholds.warning - thresholds.clearBelowBy ? KEEPS_OPEN : QUIET;
    }
    const { destination, budget } = fullest.destination;
    return {
      outcome: 'signal',
      level:
        fullest.utilisation >= FULL ? 'failing' : fullest.utilisation >= thresholds.critical ? 'critical' : 'warning',
      destinationKey: destinationKey(destination),
      statement: `socket table: ${fullest.table.portsInUse} of ${budget.capacityPorts} ports in use towards ${formatDestination(destination)}, ${fullest.table.timeWait} in TIME_WAIT`,
    };
  },
};
