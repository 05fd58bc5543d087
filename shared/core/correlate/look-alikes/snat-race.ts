import { countOpens } from '../../detect/count-opens.ts';
import type { RuledOut } from '../../finding/schema.ts';
import { type FlowRows, groupRows, NO_ROWS } from '../../flow-rows/flow-rows.ts';
import { type Destination, destinationKey, parseDestinationKey, TCP } from '../../model/destination.ts';
import { totalEvents } from '../../model/event-count.ts';
import type { ConnectErrorMinute, FlowMinute } from '../../model/observation.ts';
import { aboutWay, type LookAlike, spanOf } from './look-alike.ts';

const FEWEST_EVENTS = 10;
/** What loses more of the opens than this is no race. */
const MOST_SHARE = 0.2;
/** Of the timeouts, at most so many may be opens that records show without an answer. */
const SEEN_SHARE = 0.2;

/**
 * Connects time out here and there while flow records show the opens towards the same destination answered: those SYNs
 * never left the host. A node that masquerades for its pods can give two connections one port at the same moment and lose
 * one of them; what is sent again after a second gets through, so that some connects take 1 or 3 s. A full connection
 * tracking table says so itself, and a Lambda function has no node of its own.
 */
export const snatRace: LookAlike = ({ logs, flows }) => {
  if (logs.some(({ verdict }) => verdict === 'conntrack-full')) return [];
  const timeouts = Map.groupBy(
    logs.filter((row) => row.verdict === 'nat-timeout-suspect' && !isLambda(row)),
    namedKey,
  );
  // Logs of a scan name very many destinations: the records are looked through once for all of them.
  const asked = new Set([...timeouts].flatMap(([key, rows]) => (totalEvents(rows) < FEWEST_EVENTS ? [] : [key])));
  const towards = groupRows(asked.size === 0 ? NO_ROWS : flows.filter(withFlags), ({ destination }) =>
    keyIn(asked, destination),
  );
  return [...towards].flatMap(([key, rows]) => (key === null ? [] : judge(key, timeouts.get(key) ?? [], rows)));
};

const withFlags = ({ opensInferred }: FlowMinute): boolean => !opensInferred;

function keyIn(asked: ReadonlySet<string>, destination: Destination): string | null {
  const key = destinationKey(destination);
  return asked.has(key) ? key : null;
}

/** Of what names no destination nobody asks. */
const namedKey = ({ destination }: ConnectErrorMinute): string =>
  destination === null || destination.port === null
    ? ''
    : destinationKey({ address: destination.host, port: destination.port, protocol: TCP });

function judge(key: string, timeouts: readonly ConnectErrorMinute[], flows: FlowRows): RuledOut[] {
  const events = totalEvents(timeouts);
  const minutes = new Set(timeouts.map(({ minute }) => minute));
  const counts = [...countOpens(flows)].filter(([minute]) => minutes.has(minute)).map(([, count]) => count);
  const opens = counts.reduce((sum, count) => sum + count.opens, 0);
  const unanswered = counts.reduce((sum, count) => sum + count.unanswered, 0);
  if (events > MOST_SHARE * opens || unanswered > SEEN_SHARE * events) return [];
  return [
    {
      kind: 'snat-race',
      reason: `${events} connect timeouts while flow records show ${opens - unanswered} of ${opens} opens answered: those that failed never left their host. Its own source NAT or connection tracking lost them (conntrack -S: insert_failed; iptables --random-fully helps), and what is sent again takes 1 or 3 s`,
      ...aboutWay('connects', parseDestinationKey(key)),
      ...spanOf([...minutes]),
    },
  ];
}

const isLambda = ({ logSource }: ConnectErrorMinute): boolean => logSource.group?.startsWith('/aws/lambda/') ?? false;
