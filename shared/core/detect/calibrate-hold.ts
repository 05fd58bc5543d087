import type { FlowRows } from '../flow-rows/flow-rows.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { overlappingPorts } from './held-ports.ts';
import { isBlindToIdle, type MeasuredDestination, type NatMeasure } from './measure-nat-destination.ts';
import type { NatMetrics } from './nat-series.ts';
import { holdByReuse, meanHold } from './hold-by-reuse.ts';
import { type LossAt, losesRecords } from './record-loss.ts';
import { longestHold } from './recycled-ports.ts';
import { leastOf, quantile, sum } from './statistics.ts';

/** ActiveConnectionCount counts held ports as well when it implies at least this hold, in seconds. */
const COUNTED_SECONDS = 15;
/** A hold that would need this share more ports than there are, while every open is answered, is refuted. */
const REFUTED_SHARE = 1.1;
const ANSWERED_SHARE = 0.99;
const LONGEST_SECONDS = 180;
const MOSTLY_OPEN = 0.8;

/** `isMeasured`: the data says so, and not only the setting. `isCounted`: ActiveConnectionCount counts held ports. */
export type Hold = { readonly seconds: number; readonly isMeasured: boolean; readonly isCounted: boolean };

/** What is known of the gateway as a whole. */
export type GatewayFacts = {
  readonly natLegs: FlowRows;
  readonly metrics: ReadonlyMap<Minute, NatMetrics>;
  readonly lossAt: LossAt;
  readonly coldMinutes: ReadonlySet<Minute>;
  /** Allocations failed, so every port was taken. */
  readonly isFull: (use: NatMeasure) => boolean;
};

/**
 * How long this NAT gateway keeps a port after close, in seconds. AWS does not document it, so it is read off the data,
 * the surest first:
 * 1. While allocations fail every port is taken: hold = (capacity − certainly held) / answered opens per second.
 * 2. ActiveConnectionCount − overlapping flows = opens per second × hold, where the metric counts held ports at all.
 *    Records without flags leave idle connections in it as well, so that it can only shorten the setting.
 * 3. How soon ports come back, where the gateway draws them at random: see `holdByReuse`.
 * 4. The setting, unless it would need more ports than there are in a minute whose every open was answered, and no
 *    longer than ports that served several connections within a minute leave each of them: see `longestHold`.
 */
export function calibrateHold(
  destinations: readonly MeasuredDestination[],
  gateway: GatewayFacts,
  { hold }: Settings,
): Hold {
  const byMetrics = holdByMetrics(destinations, gateway);
  const isCounted = byMetrics !== null && byMetrics >= COUNTED_SECONDS;
  const byFailures = holdByFailures(destinations, gateway);
  if (byFailures !== null) return { seconds: byFailures, isMeasured: true, isCounted };
  if (isCounted) {
    const longest = isBlindToIdle(destinations) ? hold.natSeconds : LONGEST_SECONDS;
    return { seconds: Math.min(byMetrics, longest), isMeasured: byMetrics < longest, isCounted };
  }
  const byReuse = holdByReuses(destinations, gateway);
  if (byReuse !== null && !isRefutedBy(destinations, byReuse)) return { seconds: byReuse, isMeasured: true, isCounted };
  if (isRefutedBy(destinations, hold.natSeconds)) return { seconds: byMetrics ?? 0, isMeasured: true, isCounted };
  const longest = leastOf(destinations.map(({ measures }) => longestHold(measures)));
  return { seconds: Math.min(longest, hold.natSeconds), isMeasured: false, isCounted };
}

function holdByFailures(destinations: readonly MeasuredDestination[], { isFull, lossAt }: GatewayFacts): number | null {
  const samples = destinations.flatMap(({ measures, capacityAt }) =>
    [...measures.values()].flatMap((use) => {
      // Records without flags miss idle connections, so what they leave unexplained is not the hold's doing.
      if (use.blindToIdle || !isFull(use)) return [];
      const answered = use.opensAtNat - use.unheardAtNat;
      if (answered === 0) return [];
      // Nor is what lost records leave unexplained.
      if (losesRecords(lossAt, use.minute)) return [];
      // Where open connections alone fill the gateway, nothing is left to tell the hold by.
      if (use.portsLow > MOSTLY_OPEN * capacityAt(use.minute)) return [];
      return [Math.max(0, capacityAt(use.minute) - use.portsLow) / (answered / 60)];
    }),
  );
  // What is certainly held is a lower bound, so the samples err upwards: a low quantile is nearer the truth.
  // A capacity that was only assumed and is far too large gives a hold that no gateway has.
  const seconds = quantile(samples, 0.1);
  return samples.length === 0 || seconds > LONGEST_SECONDS ? null : seconds;
}

/** Whatever else makes connections active only adds to the count, so a low quantile of the minutes is the hold's part. */
function holdByMetrics(
  destinations: readonly MeasuredDestination[],
  { natLegs, metrics, lossAt, coldMinutes }: GatewayFacts,
): number | null {
  const overlapping = sumByMinute(natLegs, overlappingPorts);
  // Connections that idle overlap nothing, and are active all the same.
  const held = sumByMinute(
    destinations.flatMap(({ measures }) => [...measures.values()]),
    ({ portsLow, standing }) => portsLow + standing,
  );
  const samples = [...overlapping].flatMap(([minute, overlap]) => {
    const ports = Math.max(overlap, held.get(minute) ?? 0);
    const { ActiveConnectionCount: active, ConnectionEstablishedCount: established } = metrics.get(minute) ?? {};
    if (active === undefined || established === undefined || established < 60) return [];
    // What the metric counts and lost records do not show was held by nobody.
    if (losesRecords(lossAt, minute) || coldMinutes.has(minute)) return [];
    return [Math.max(0, active - ports) / (established / 60)];
  });
  return samples.length === 0 ? null : quantile(samples, 0.1);
}

/** Connections last this share of the time for which ports are seen, at most: else what comes back is no reuse. */
const SHORT_SHARE = 0.1;

/** For how long ports are kept after close, by how soon they come back; null where that does not tell. */
export function holdByReuses(
  destinations: readonly MeasuredDestination[],
  { lossAt, coldMinutes }: Pick<GatewayFacts, 'lossAt' | 'coldMinutes'>,
): number | null {
  const holds = destinations.flatMap(({ measures, reuse }) =>
    reuse.flatMap((gaps) => {
      const minutes = Array.from({ length: gaps.to - gaps.from }, (_, k) => gaps.from + k);
      if (minutes.some((minute) => losesRecords(lossAt, minute) || coldMinutes.has(minute))) return [];
      const uses = minutes.flatMap((minute) => measures.get(minute) ?? []);
      const [open, seen, opens] = [
        sum(uses.map(({ portsLow, standing }) => portsLow + standing)),
        sum(uses.map(({ portsSeen }) => portsSeen)),
        sum(uses.map(({ opensAtNat }) => opensAtNat)),
      ];
      const hold = open > SHORT_SHARE * seen ? null : holdByReuse(gaps);
      // A port comes back after the connection's own time as well.
      return hold === null ? [] : [{ ...hold, seconds: hold.seconds - (60 * open) / Math.max(1, opens) }];
    }),
  );
  return meanHold(holds)?.seconds ?? null;
}

const isRefutedBy = (destinations: readonly MeasuredDestination[], holdSeconds: number): boolean =>
  destinations.some(({ measures, capacityAt }) =>
    [...measures.values()].some((use) => isRefuted(use, capacityAt(use.minute), holdSeconds)),
  );

function isRefuted(use: NatMeasure, capacityPorts: number, holdSeconds: number): boolean {
  const unanswered = use.unansweredClients ?? use.unansweredNat ?? 0;
  // A NAT port that served twice in the minute is one port in its leg's records, and two in the clients'.
  const answered = Math.max(use.opensAtNat, use.opens) - use.unheardAtNat;
  return (
    unanswered <= (1 - ANSWERED_SHARE) * use.opens &&
    use.portsLow + (answered / 60) * holdSeconds > REFUTED_SHARE * capacityPorts
  );
}

function sumByMinute<T extends { readonly minute: Minute }>(rows: Iterable<T>, count: (row: T) => number) {
  const sums = new Map<Minute, number>();
  for (const row of rows) sums.set(row.minute, (sums.get(row.minute) ?? 0) + count(row));
  return sums;
}
