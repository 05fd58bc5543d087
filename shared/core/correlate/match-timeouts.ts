import { leastOf } from '../detect/statistics.ts';
import type { Evidence } from '../finding/schema.ts';
import type { Address } from '../model/address.ts';
import { type Destination, formatDestination } from '../model/destination.ts';
import { countEvents, totalEvents } from '../model/event-count.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import { isoOf, type Minute } from '../model/time.ts';
import { alignClocks, clockEvidence } from './log-clock.ts';
import { listed, logSourceId } from './log-source-id.ts';
import type { ClientIndex } from './client-index.ts';
import { isTowards } from './named-destination.ts';
import { TIMEOUT_LAG_MINUTES } from './timeout-lag.ts';

export type MatchedTimeouts = {
  readonly evidence: readonly Evidence[];
  readonly counts: ReadonlyMap<Minute, number>;
  readonly samples: string[];
  /** The log source that an address writes to, when the events themselves say so. */
  logSourceOf(address: Address | null): string | null;
};

/** Connect timeouts towards the destination during the incident: they support a finding and never open one. */
export function matchTimeouts(
  timeouts: readonly ConnectErrorMinute[],
  destination: Destination | null,
  window: { readonly startMinute: Minute; readonly endMinute: Minute },
  clients: ClientIndex,
): MatchedTimeouts | null {
  if (destination === null) return null;
  const isWithin = (minute: Minute): boolean =>
    minute >= window.startMinute && minute <= window.endMinute + TIMEOUT_LAG_MINUTES;
  const own = alignClocks(
    timeouts.filter(
      (row) => isTowards(row.destination, destination, clients) || mayBeTowards(row, destination, clients),
    ),
    (_, minute) => isWithin(minute),
  ).filter(
    (row) =>
      isWithin(row.minute) && (row.clockAheadMinutes !== undefined || isTowards(row.destination, destination, clients)),
  );
  if (own.length === 0) return null;
  const counts = new Map<Minute, number>();
  for (const row of own) counts.set(row.minute, (counts.get(row.minute) ?? 0) + countEvents(row));
  const events = totalEvents(own);
  const logSources = [...new Set(own.map((row) => logSourceId(row.logSource)))].sort();
  return {
    counts,
    samples: own.flatMap((row) => row.samples.map((sample) => sample.text)).slice(0, 3),
    logSourceOf: (address) => {
      const row = own.find((candidate) => candidate.localAddress !== null && candidate.localAddress === address);
      return row === undefined ? null : logSourceId(row.logSource);
    },
    evidence: [
      {
        source: 'app-log',
        detector: 'connect-timeouts',
        statement: `${events} connect timeouts towards ${formatDestination(destination)} from ${listed(logSources)}`,
        at: isoOf(leastOf(own.map((row) => row.firstEventMs))),
      },
      ...clockEvidence(own),
    ],
  };
}

/** What names stand for is learnt from the minutes of trouble, which a clock that is off never meets. */
const mayBeTowards = (
  { destination: named, zoneAssumed }: ConnectErrorMinute,
  { port }: Destination,
  clients: ClientIndex,
): boolean => zoneAssumed === true && named?.port === port && clients.resolve(named.host).length === 0;
