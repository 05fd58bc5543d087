import { totalEvents } from '../../model/event-count.ts';
import { logSourceId } from '../log-source-id.ts';
import { type LookAlike, spanOf } from './look-alike.ts';

const FEWEST_EVENTS = 10;

/**
 * Connects time out while every NAT gateway that is measured reports no failed allocation: whatever drops them (the
 * destination, a Lambda function's interface, a network ACL, a node's own source NAT), it is not the gateway's ports.
 */
export const timeoutsWithoutNatErrors: LookAlike = ({ logs, nats }) => {
  const measured = nats.filter((series) =>
    [...series.metrics.values()].some((at) => at.ErrorPortAllocation !== undefined),
  );
  if (measured.length === 0) return [];
  const timeouts = logs.filter((row) => row.verdict === 'nat-timeout-suspect');
  return [...Map.groupBy(timeouts, (row) => logSourceId(row.logSource))].flatMap(([subject, rows]) => {
    const denied = rows.filter((row) =>
      measured.every(({ metrics }) => metrics.get(row.minute)?.ErrorPortAllocation === 0),
    );
    const events = totalEvents(denied);
    if (events < FEWEST_EVENTS || events < 0.9 * totalEvents(rows)) return [];
    return [
      {
        kind: 'timeouts-without-nat-errors',
        reason: `${events} connect timeouts while ErrorPortAllocation stayed 0: not the NAT gateway’s ports; look at the destination, and at what lies before the gateway`,
        subject,
        ...spanOf(denied.map((row) => row.minute)),
      },
    ];
  });
};
