import { type NatDestination, type NatSeries, UNNAMED_NAT } from '../detect/nat-series.ts';
import { formatDestination } from '../model/destination.ts';
import { isoOf, type Minute, minuteStartMs } from '../model/time.ts';
import { type Frame, utilisationOf } from './frame.ts';
import type { NatTrouble } from './nat-trouble.ts';
import type { RankedDestination, TimelineMinute } from './schema.ts';

/** The sentence that says where and how bad. */
export function natTitle(trouble: NatTrouble): string {
  const { series, frame, kind, top, destination, destinations, peak, isSupposed, budget } = trouble;
  const { capacityPorts } = budget;
  const zone = top === undefined || top.zone === null ? '' : ` in ${top.zone}`;
  const who = (series.natId === UNNAMED_NAT ? 'The NAT gateway' : `NAT gateway ${series.natId}`) + zone;
  const where = destination === null ? 'a destination that the evidence does not name' : formatDestination(destination);
  if (kind === 'capacity-shrunk') return `${who} lost addresses: ${capacityPorts} ports per destination are left`;
  if (kind === 'connection-rate-spike') return `${who}: far more new connections than usual towards ${where}`;
  if (frame.worst === 'failing')
    return `${who} ran out of ports towards ${where}: ${natFailures(series, frame, destinations)}`;
  const ports = peak?.estimate ?? 0;
  const [perhaps, upTo] = isSupposed ? ['may be', 'up to '] : ['is', ''];
  const share = Math.round((100 * ports) / capacityPorts);
  return `${who} ${perhaps} running out of ports towards ${where}: ${upTo}${ports} of ${capacityPorts} in use (${share} %)`;
}

const EDGE_MINUTES = 5;
/** Bounds further apart than this are both told. */
const FAR_APART = 1.5;

const spanOf = ({ low, high }: RankedDestination['failures']): string =>
  high > FAR_APART * low ? `${low} to ${high}` : `${low}`;

/** How bad it was: connections by flow records, else packets by the metric. */
function natFailures(
  series: NatSeries,
  { startMinute, endMinute }: Frame,
  [top]: readonly RankedDestination[],
): string {
  if (top !== undefined && top.failures.low > 0) return `${spanOf(top.failures)} connections failed`;
  // The first and last minutes have too few to tell, and theirs belong to it all the same.
  const around = [...series.metrics].filter(
    ([minute]) => minute >= startMinute - EDGE_MINUTES && minute <= endMinute + EDGE_MINUTES,
  );
  const errors = around
    .flatMap(([, at]) => at.ErrorPortAllocation ?? [])
    .filter((count) => count > series.errorTrickle);
  return `${errors.reduce((sum, count) => sum + count, 0)} packets dropped (ErrorPortAllocation)`;
}

/** One minute of the picture. */
export function natTimelineAt(
  series: NatSeries,
  top: NatDestination | undefined,
  capacityPorts: number,
  minute: Minute,
  logErrors: number | null,
): TimelineMinute {
  const use = top?.uses.get(minute);
  return {
    at: isoOf(minuteStartMs(minute)),
    portsInUse: use === undefined ? null : { low: use.portsLow, high: use.portsHigh },
    ...(use === undefined ? {} : { portsEstimate: use.portsEstimate }),
    utilisation: use === undefined ? null : utilisationOf({ low: use.portsLow, high: use.portsHigh }, capacityPorts),
    capacityPorts,
    opens: use?.opens ?? null,
    failures: use?.failures ?? null,
    allocationErrors: series.metrics.get(minute)?.ErrorPortAllocation ?? null,
    logErrors,
  };
}

/** What would raise the confidence, or name what is not named. */
export function missingAtNat(
  series: NatSeries,
  frame: Frame,
  top: NatDestination | undefined,
  hasLogs: boolean,
): string[] {
  const covered = (minutes: { has(minute: Minute): boolean }): boolean =>
    minutes.has(frame.startMinute) || minutes.has(frame.endMinute);
  return [
    ...(covered(series.flowMinutes)
      ? []
      : ['flow logs of the NAT gateway’s interface for these minutes: they name the destination and the sources']),
    ...(series.flowMinutes.size > 0 && top !== undefined && top.clientRows.length === 0
      ? ['the client legs: which sources are behind it']
      : []),
    ...(covered(series.metrics)
      ? []
      : ['NAT gateway metrics (ErrorPortAllocation, ActiveConnectionCount): they prove failed allocations']),
    ...(series.budget.assumed ? ['describe-nat-gateways: how many addresses the gateway has'] : []),
    ...(hasLogs ? [] : ['application logs: connect timeouts towards the destination would show the impact']),
  ];
}
