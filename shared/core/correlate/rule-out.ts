import type { RuledOut } from '../finding/schema.ts';
import type { ConnectErrorMinute, LogVerdict } from '../model/observation.ts';
import { isoOf } from '../model/time.ts';
import type { NatSeries } from '../detect/nat-series.ts';
import type { HostSeries } from '../detect/host-series.ts';
import { logSourceId } from './log-source-id.ts';

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

/** What looks like exhaustion and is not, with the reason: an answer of its own, for people ask "is it ports?". */
export function ruleOut(
  logs: readonly ConnectErrorMinute[],
  nats: readonly NatSeries[],
  hosts: readonly HostSeries[],
): RuledOut[] {
  return [...byVerdict(logs), ...steadyTrickles(hosts), ...unreachable(nats), ...steadyErrors(nats)].sort((a, b) =>
    a.kind === b.kind ? (a.subject < b.subject ? -1 : 1) : a.kind < b.kind ? -1 : 1,
  );
}

function byVerdict(logs: readonly ConnectErrorMinute[]): RuledOut[] {
  const suspects = logs.filter((row) => BY_VERDICT[row.verdict] !== undefined);
  return [...Map.groupBy(suspects, (row) => `${row.verdict}\n${logSourceId(row.logSource)}`).values()].map((rows) => {
    const [first] = rows as [ConnectErrorMinute];
    const { kind, reason } = BY_VERDICT[first.verdict] as { kind: string; reason: string };
    const events = rows.reduce((sum, row) => sum + row.eventIds.length, 0);
    return {
      kind,
      reason: `${reason} (${events} events, ${[...new Set(rows.map((row) => row.signature))].sort().slice(0, 5).join(', ')})`,
      subject: logSourceId(first.logSource),
      firstSeenAt: isoOf(Math.min(...rows.map((row) => row.firstEventMs))),
      lastSeenAt: isoOf(Math.max(...rows.map((row) => row.lastEventMs))),
    };
  });
}

function steadyTrickles(hosts: readonly HostSeries[]): RuledOut[] {
  return hosts
    .filter((series) => series.eventsAreSteady)
    .map(({ subject, logs }) => {
      const rows = [...logs.values()].flat().map(({ row }) => row);
      return {
        kind: 'steady-trickle',
        reason:
          'the same few errors every minute, without a burst: a mistake in a configuration (a bad source address, IPv6 off), not exhaustion',
        subject: subject.id,
        firstSeenAt: isoOf(Math.min(...rows.map((row) => row.firstEventMs))),
        lastSeenAt: isoOf(Math.max(...rows.map((row) => row.lastEventMs))),
      };
    });
}

/** Many attempts unanswered, while the metric says that no allocation failed: the other side does not answer. */
function unreachable(nats: readonly NatSeries[]): RuledOut[] {
  return nats.flatMap((series) => {
    const minutes = [...series.metrics]
      .filter(([, at]) => {
        const {
          ConnectionAttemptCount: attempts = 0,
          ConnectionEstablishedCount: established = attempts,
          ErrorPortAllocation: errors,
        } = at;
        return errors === 0 && attempts - established >= Math.max(20, 0.2 * attempts);
      })
      .map(([minute]) => minute)
      .sort((a, b) => a - b);
    if (minutes.length < 3) return [];
    return [
      {
        kind: 'destination-unreachable',
        reason: `connection attempts went unanswered in ${minutes.length} minutes while ErrorPortAllocation stayed 0: the destination does not answer, ports are not what is missing`,
        subject: series.natId,
        firstSeenAt: isoOf((minutes[0] as number) * 60_000),
        lastSeenAt: isoOf(((minutes.at(-1) as number) + 1) * 60_000),
      },
    ];
  });
}

function steadyErrors(nats: readonly NatSeries[]): RuledOut[] {
  return nats
    .filter((series) => series.errorsAreSteady)
    .map((series) => ({
      kind: 'steady-allocation-errors',
      reason:
        'a small steady count of ErrorPortAllocation, as some gateways always have: learnt as this gateway’s baseline',
      subject: series.natId,
      firstSeenAt: null,
      lastSeenAt: null,
    }));
}
