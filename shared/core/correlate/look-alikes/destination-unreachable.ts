import type { NatSeries } from '../../detect/nat-series.ts';
import { isPrivateAddress } from '../../model/address.ts';
import { type Destination, destinationKey, parseDestinationKey } from '../../model/destination.ts';
import type { Minute } from '../../model/time.ts';
import type { RuledOut } from '../../finding/schema.ts';
import { aboutWay, type LookAlike, type LookAlikeEvidence, spanOf } from './look-alike.ts';
import { scannedInVain } from './scan.ts';

const FEWEST_UNANSWERED = 20;
const LEAST_SHARE = 0.2;
const FEWEST_MINUTES = 2;

/**
 * Connects go unanswered because the other side does not answer: attempts that established nothing (an RST is no
 * establishment either) while ErrorPortAllocation is 0, or opens that left the NAT gateway and got no reply there either.
 */
export const destinationUnreachable: LookAlike = (evidence) => {
  const { nats, hosts } = evidence;
  const byScans = scannedInVain(evidence);
  return [
    ...nats.flatMap((series) => byMetrics(series, byScans)),
    ...nats.flatMap((series) => byLegs(series)),
    ...byHosts(hosts, droppedAt(nats)),
  ];
};

function byHosts(hosts: LookAlikeEvidence['hosts'], isDropped: (key: string, minute: Minute) => boolean): RuledOut[] {
  return hosts.flatMap(({ destinations }) =>
    destinations.flatMap(({ source, destination, uses }) => {
      const key = destinationKey(destination);
      const minutes = [...uses.values()]
        .filter((use) => isUnanswered(use.unanswered, use.opens) && !isDropped(key, use.minute))
        .map((use) => use.minute);
      return describe(minutes, { from: source, destination }, 'opens got no answer');
    }),
  );
}

/** What a NAT gateway dropped for want of ports never reached the destination, and says nothing about it. */
function droppedAt(nats: LookAlikeEvidence['nats']): (key: string, minute: Minute) => boolean {
  const dropped = new Set<string>();
  /** Minutes in which a gateway whose own records nobody gave dropped packets, to whichever public destination. */
  const unseen = new Set<Minute>();
  for (const { destinations, metrics, errorTrickle } of nats) {
    if (destinations.length === 0)
      for (const [minute, { ErrorPortAllocation: errors }] of metrics)
        if ((errors ?? 0) > errorTrickle) unseen.add(minute);
    for (const { destination, uses } of destinations) {
      for (const { minute, failures } of uses.values())
        if ((failures?.low ?? 0) >= FEWEST_DROPPED || (metrics.get(minute)?.ErrorPortAllocation ?? 0) > errorTrickle)
          dropped.add(`${destinationKey(destination)} ${minute}`);
    }
  }
  return (key, minute) =>
    dropped.has(`${key} ${minute}`) || (unseen.has(minute) && !isPrivateAddress(parseDestinationKey(key).address));
}

const FEWEST_DROPPED = 5;
const MOST_BY_SCANS = 0.5;

const isUnanswered = (unanswered: number, opens: number): boolean =>
  unanswered >= FEWEST_UNANSWERED && unanswered >= LEAST_SHARE * opens;

/** What a scan tries in vain is no one destination's silence: where it is most of it, the scan is told instead. */
function byMetrics(series: NatSeries, byScans: ReadonlyMap<Minute, number>): RuledOut[] {
  const minutes = [...series.metrics]
    .filter(([minute, at]) => {
      const {
        ConnectionAttemptCount: attempts,
        ConnectionEstablishedCount: established,
        ErrorPortAllocation: errors,
      } = at;
      return (
        errors === 0 &&
        attempts !== undefined &&
        established !== undefined &&
        isUnanswered(attempts - established, attempts) &&
        (byScans.get(minute) ?? 0) < MOST_BY_SCANS * (attempts - established)
      );
    })
    .map(([minute]) => minute);
  const what = 'connection attempts were refused or went unanswered while ErrorPortAllocation stayed 0';
  return describe(minutes, { from: series.natId }, what, 'destinations refuse or do not answer');
}

function byLegs(series: NatSeries): RuledOut[] {
  const silent = new Map<string, Minute[]>();
  for (const { destination, uses } of series.destinations) {
    for (const use of uses.values()) {
      const { unansweredClients: clients, unansweredNat: nat } = use;
      if (clients === null || nat === null || nat < 0.8 * clients) continue;
      // Answers whose records were lost are answers all the same.
      if (!isUnanswered(nat - series.lossAt(use.minute) * use.opens, use.opens)) continue;
      const key = destinationKey(destination);
      silent.set(key, [...(silent.get(key) ?? []), use.minute]);
    }
  }
  return [...silent].flatMap(([key, minutes]) =>
    describe(
      minutes,
      { from: series.natId, destination: parseDestinationKey(key) },
      'opens left the NAT gateway and got no answer',
    ),
  );
}

function describe(
  minutes: readonly Minute[],
  { from, destination }: { readonly from: string; readonly destination?: Destination },
  what: string,
  so = 'the destination does not answer',
): RuledOut[] {
  if (minutes.length < FEWEST_MINUTES) return [];
  return [
    {
      kind: 'destination-unreachable',
      reason: `${what} in ${minutes.length} minutes: ${so}, ports are not what is missing`,
      ...aboutWay(from, destination),
      ...spanOf(minutes),
    },
  ];
}
