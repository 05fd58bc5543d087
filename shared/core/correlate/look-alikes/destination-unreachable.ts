import type { NatSeries } from '../../detect/nat-series.ts';
import { destinationKey, formatDestination, parseDestinationKey } from '../../model/destination.ts';
import type { Minute } from '../../model/time.ts';
import type { RuledOut } from '../../finding/schema.ts';
import { type LookAlike, spanOf } from './look-alike.ts';

const FEWEST_UNANSWERED = 20;
const LEAST_SHARE = 0.2;
const FEWEST_MINUTES = 2;

/**
 * Connects go unanswered because the other side does not answer: attempts without an answer while ErrorPortAllocation
 * is 0, or opens that left the NAT gateway and got no reply there either.
 */
export const destinationUnreachable: LookAlike = ({ nats, hosts }) => [
  ...nats.flatMap((series) => byMetrics(series)),
  ...nats.flatMap((series) => byLegs(series)),
  ...hosts.flatMap(({ destinations }) =>
    destinations.flatMap(({ source, destination, uses }) => {
      const minutes = [...uses.values()]
        .filter((use) => isUnanswered(use.unanswered, use.opens))
        .map((use) => use.minute);
      return describe(minutes, `${source} towards ${formatDestination(destination)}`, 'opens got no answer');
    }),
  ),
];

const isUnanswered = (unanswered: number, opens: number): boolean =>
  unanswered >= FEWEST_UNANSWERED && unanswered >= LEAST_SHARE * opens;

function byMetrics(series: NatSeries): RuledOut[] {
  const minutes = [...series.metrics]
    .filter(([, at]) => {
      const {
        ConnectionAttemptCount: attempts,
        ConnectionEstablishedCount: established,
        ErrorPortAllocation: errors,
      } = at;
      return (
        errors === 0 &&
        attempts !== undefined &&
        established !== undefined &&
        isUnanswered(attempts - established, attempts)
      );
    })
    .map(([minute]) => minute);
  return describe(minutes, series.natId, 'connection attempts went unanswered while ErrorPortAllocation stayed 0');
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
      `${series.natId} towards ${formatDestination(parseDestinationKey(key))}`,
      'opens left the NAT gateway and got no answer',
    ),
  );
}

function describe(minutes: readonly Minute[], subject: string, what: string): RuledOut[] {
  if (minutes.length < FEWEST_MINUTES) return [];
  return [
    {
      kind: 'destination-unreachable',
      reason: `${what} in ${minutes.length} minutes: the destination does not answer, ports are not what is missing`,
      subject,
      ...spanOf(minutes),
    },
  ];
}
