import { leastOf, mostOf } from '../../detect/statistics.ts';
import { totalEvents } from '../../model/event-count.ts';
import type { ConnectErrorMinute, LogVerdict } from '../../model/observation.ts';
import { isoOf } from '../../model/time.ts';
import { logSourceId } from '../log-source-id.ts';
import type { LookAlike } from './look-alike.ts';

/** Look-alikes that a log verdict names by itself. */
const BY_VERDICT: Readonly<Partial<Record<LogVerdict, { kind: string; reason: string }>>> = {
  'bind-misconfig': {
    kind: 'bind-mistake',
    reason: 'a server could not bind or listen on its address: a configuration, not a lack of ports',
  },
  'connect-misconfig': {
    kind: 'connect-mistake',
    reason:
      'connects fail on an address that cannot be used (IPv6 off, a bad source address or a fixed source port), not for want of ports',
  },
  'conntrack-full': {
    kind: 'conntrack-full',
    reason: 'the connection tracking table was full: another limit than ports (nf_conntrack_max, or the EC2 allowance)',
  },
};

/** Bind mistakes, unusable addresses and a full connection tracking table: the event's own text says so. */
export const logVerdict: LookAlike = ({ logs }) => {
  const suspects = logs.filter((row) => BY_VERDICT[row.verdict] !== undefined);
  return [...Map.groupBy(suspects, (row) => `${row.verdict}\n${logSourceId(row.logSource)}`).values()].map((rows) => {
    const [first] = rows as [ConnectErrorMinute];
    const { kind, reason } = BY_VERDICT[first.verdict] as { kind: string; reason: string };
    const events = totalEvents(rows);
    return {
      kind,
      reason: `${reason} (${events} events, ${[...new Set(rows.map((row) => row.signature))].sort().slice(0, 5).join(', ')})`,
      subject: logSourceId(first.logSource),
      firstSeenAt: isoOf(leastOf(rows.map((row) => row.firstEventMs))),
      lastSeenAt: isoOf(mostOf(rows.map((row) => row.lastEventMs))),
    };
  });
};
