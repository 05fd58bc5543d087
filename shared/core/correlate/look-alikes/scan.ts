import { isRefused } from '../../detect/refused-connects.ts';
import { mostOf } from '../../detect/statistics.ts';
import { joinRows, NO_ROWS, type FlowRows } from '../../flow-rows/flow-rows.ts';
import type { Address } from '../../model/address.ts';
import { destinationKeys, TCP } from '../../model/destination.ts';
import type { FlowMinute } from '../../model/observation.ts';
import type { Minute } from '../../model/time.ts';
import { type LookAlike, type LookAlikeEvidence, spanOf } from './look-alike.ts';

const FEWEST_DESTINATIONS = 500;
const MOST_PORTS_EACH = 2;
/** Destinations that nobody answered at, within an hour: whoever knows where to connect to has fewer. */
const FEWEST_IN_VAIN = 100;
const HOUR_MINUTES = 60;

/**
 * A port scan or a crawler: one source opens a connection or two to very many destinations, at once or one after the
 * other. Ports are counted per destination, so that costs next to none of any budget, however many connections it makes.
 */
export const scan: LookAlike = (evidence) => {
  const inVain = new Map(destinationsInVain(evidence).map((slow) => [slow.source, slow]));
  const crowds = crowdsOf(rowsOf(evidence));
  return [...new Set([...crowds.keys(), ...inVain.keys()])].map((source) => {
    const [crowd, slow] = [crowds.get(source) ?? [], inVain.get(source)];
    const most = mostOf(crowd.map(([, destinations]) => destinations));
    const how =
      crowd.length > 0
        ? `up to ${most} destinations in a minute with a connection or two each`
        : `${slow?.minutes.length} destinations that did not answer or refused, a connection or two each`;
    return {
      kind: 'scan',
      reason: `${how}: a scan or a crawler, which takes few ports of any one destination`,
      subject: source,
      ...spanOf(crowd.length > 0 ? crowd.map(([minute]) => minute) : (slow?.minutes ?? [])),
    };
  });
};

/** What clients dial; where a gateway's records do not tell (no `pkt-*`), what the gateway does for them. */
const rowsOf = ({ flows, nats }: LookAlikeEvidence): FlowRows =>
  joinRows(flows, ...nats.map((series) => (series.flows?.clientLegs.length === 0 ? series.flows.natLegs : NO_ROWS)));

function crowdsOf(rows: FlowRows): Map<Address, (readonly [Minute, number])[]> {
  const perSource = new Map<Address, Map<Minute, number>>();
  for (const row of rows) {
    if (row.ports.size > MOST_PORTS_EACH) continue;
    const minutes = perSource.get(row.localAddress) ?? new Map<Minute, number>();
    minutes.set(row.minute, (minutes.get(row.minute) ?? 0) + 1);
    perSource.set(row.localAddress, minutes);
  }
  const crowds = new Map<Address, (readonly [Minute, number])[]>();
  for (const [source, counts] of perSource) {
    const busy = [...counts].filter(([, destinations]) => destinations >= FEWEST_DESTINATIONS);
    if (busy.length > 0) crowds.set(source, busy);
  }
  return crowds;
}

/** A source, and the minute of the first connect to each destination that it tried in vain. */
type Slow = { readonly source: Address; readonly minutes: readonly Minute[] };

/** Sources that tried so many destinations in vain within an hour. In records of one direction nobody ever answers. */
function destinationsInVain(evidence: LookAlikeEvidence): Slow[] {
  const rows = rowsOf(evidence);
  const keyOf = destinationKeys();
  const firsts = new Map<Address, Map<string, Minute>>();
  let isAnswered = false;
  for (const row of rows) {
    isAnswered ||= row.answered.size > 0;
    if (!isVain(row)) continue;
    const own = firsts.get(row.localAddress) ?? new Map<string, Minute>();
    own.set(keyOf(row.destination), Math.min(row.minute, own.get(keyOf(row.destination)) ?? Infinity));
    firsts.set(row.localAddress, own);
  }
  if (!isAnswered) return [];
  return [...firsts].flatMap(([source, own]) => {
    const minutes = [...own.values()].sort((a, b) => a - b);
    const within = (minute: Minute, i: number): boolean =>
      (minutes[i + FEWEST_IN_VAIN - 1] ?? Infinity) < minute + HOUR_MINUTES;
    return minutes.some(within) ? [{ source, minutes }] : [];
  });
}

const isVain = (row: FlowMinute): boolean =>
  row.ports.size <= MOST_PORTS_EACH && row.destination.protocol === TCP && (row.answered.size === 0 || isRefused(row));

/** By minute, how many destinations scans tried in vain for the first time. */
export function scannedInVain(evidence: LookAlikeEvidence): ReadonlyMap<Minute, number> {
  const counts = new Map<Minute, number>();
  for (const { minutes } of destinationsInVain(evidence))
    for (const minute of minutes) counts.set(minute, (counts.get(minute) ?? 0) + 1);
  return counts;
}
