import { leastOf, mostOf } from '../../detect/statistics.ts';
import { totalEvents } from '../../model/event-count.ts';
import type { ConnectErrorMinute, LogVerdict } from '../../model/observation.ts';
import { isoOf } from '../../model/time.ts';
import { logSourceId } from '../log-source-id.ts';
import type { LookAlike, LookAlikeEvidence } from './look-alike.ts';

type Told = {
  readonly kind: string;
  readonly reason: string;
  /** Where connections fail for want of ports, this fails too. */
  readonly mayFollow?: true;
  /** One or two happen everywhere: events of a log below which nothing is said. */
  readonly fewest?: number;
};

/** Look-alikes that a log verdict names by itself. */
const BY_VERDICT: Readonly<Partial<Record<LogVerdict, Told>>> = {
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
  'connection-refused': {
    kind: 'connection-refused',
    reason:
      'connects were refused: the destination answered that nothing listens there, or a firewall did for it. That takes no port, and none was missing',
    fewest: 10,
  },
  'name-resolution': {
    kind: 'name-resolution-failed',
    reason:
      'name resolution failed, not ports: nothing was connected to; look at the name, at the resolver, and at its limit of 1,024 packets a second and interface in a VPC',
    mayFollow: true,
  },
  'too-many-files': {
    kind: 'too-many-open-files',
    reason:
      'the process or the system ran out of file descriptors, not of ports: raise the limit (ulimit -n, LimitNOFILE, fs.file-max) or close what is left open',
  },
  'pool-exhausted': {
    kind: 'connection-pool-exhausted',
    reason:
      'calls waited in vain for a place in the program’s own connection pool, not for ports: look at its size, at slow calls, and at connections that are never given back',
    mayFollow: true,
  },
};

/**
 * Bind mistakes, unusable addresses, and limits other than ports: the event's own text says so. What may as well be the
 * consequence of a lack of ports is ruled out only where nothing else speaks of one: no incident, and neither connect
 * timeouts nor exhaustion in the same log.
 */
export const logVerdict: LookAlike = (evidence) => {
  const isInDoubt = doubtOf(evidence);
  const suspects = evidence.logs.filter((row) => BY_VERDICT[row.verdict] !== undefined);
  return [...Map.groupBy(suspects, (row) => `${row.verdict}\n${logSourceId(row.logSource)}`).values()].flatMap(
    (rows) => {
      const [first] = rows as [ConnectErrorMinute];
      const { kind, reason, mayFollow, fewest = 1 } = BY_VERDICT[first.verdict] as Told;
      const subject = logSourceId(first.logSource);
      if (totalEvents(rows) < fewest || (mayFollow && isInDoubt(subject))) return [];
      const signatures = [...new Set(rows.map((row) => row.signature))].sort().slice(0, 5);
      return [
        {
          kind,
          reason: `${reason} (${totalEvents(rows)} events, ${signatures.join(', ')})`,
          subject,
          firstSeenAt: isoOf(leastOf(rows.map((row) => row.firstEventMs))),
          lastSeenAt: isoOf(mostOf(rows.map((row) => row.lastEventMs))),
        },
      ];
    },
  );
};

function doubtOf({ logs, nats, hosts, hasIncident }: LookAlikeEvidence): (logSource: string) => boolean {
  if ([...nats, ...hosts].some(hasIncident)) return () => true;
  const speaking = logs.filter(({ verdict }) => verdict === 'connect-exhaustion' || verdict === 'nat-timeout-suspect');
  const sources = new Set(speaking.map(({ logSource }) => logSourceId(logSource)));
  return (logSource) => sources.has(logSource);
}
