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
export const scan: LookAlike = (evidence) =>
  [...scansIn(evidence)].map(([source, { crowds, vain }]) => {
    const most = mostOf(crowds.values());
    const how =
      crowds.size > 0
        ? `up to ${most} destinations in a minute with a connection or two each`
        : `${vain.length} destinations that did not answer or refused, a connection or two each`;
    return {
      kind: 'scan',
      reason: `${how}: a scan or a crawler, which takes few ports of any one destination`,
      subject: source,
      ...spanOf(crowds.size > 0 ? [...crowds.keys()] : vain),
    };
  });

/** By minute, how many destinations scans tried in vain for the first time. */
export function scannedInVain(evidence: LookAlikeEvidence): ReadonlyMap<Minute, number> {
  const counts = new Map<Minute, number>();
  for (const { vain } of scansIn(evidence).values())
    for (const minute of vain) counts.set(minute, (counts.get(minute) ?? 0) + 1);
  return counts;
}

/**
 * Minutes in which a source had a connection or two to very many destinations each, and how many; and the minute of its
 * first connect to each destination that it tried in vain, ascending, where there are many of those: else empty.
 */
type Scan = { readonly crowds: ReadonlyMap<Minute, number>; readonly vain: readonly Minute[] };

/** The rows are very many, and two look-alikes ask. */
const known = new WeakMap<LookAlikeEvidence, ReadonlyMap<Address, Scan>>();

function scansIn(evidence: LookAlikeEvidence): ReadonlyMap<Address, Scan> {
  const scans = known.get(evidence) ?? findScans(rowsOf(evidence));
  known.set(evidence, scans);
  return scans;
}

/** What clients dial; where a gateway's records do not tell (no `pkt-*`), what the gateway does for them. */
const rowsOf = ({ flows, nats }: LookAlikeEvidence): FlowRows =>
  joinRows(flows, ...nats.map((series) => (series.flows?.clientLegs.length === 0 ? series.flows.natLegs : NO_ROWS)));

function findScans(rows: FlowRows): ReadonlyMap<Address, Scan> {
  const keyOf = destinationKeys();
  const sources = new Map<Address, { readonly thin: Map<Minute, number>; readonly firsts: Map<string, Minute> }>();
  let isAnswered = false;
  for (const row of rows) {
    isAnswered ||= row.answered.size > 0;
    if (row.ports.size > MOST_PORTS_EACH) continue;
    const { minute, localAddress, destination } = row;
    const { thin, firsts } = sources.get(localAddress) ?? { thin: new Map(), firsts: new Map() };
    if (thin.size === 0) sources.set(localAddress, { thin, firsts });
    thin.set(minute, (thin.get(minute) ?? 0) + 1);
    if (isVain(row)) firsts.set(keyOf(destination), Math.min(minute, firsts.get(keyOf(destination)) ?? Infinity));
  }
  const scans = new Map<Address, Scan>();
  for (const [source, { thin, firsts }] of sources) {
    const crowds = new Map([...thin].filter(([, destinations]) => destinations >= FEWEST_DESTINATIONS));
    // In records of one direction nobody ever answers.
    const vain = isAnswered ? manyWithinAnHour([...firsts.values()]) : [];
    if (crowds.size + vain.length > 0) scans.set(source, { crowds, vain });
  }
  return scans;
}

const isVain = (row: FlowMinute): boolean =>
  row.destination.protocol === TCP && (row.answered.size === 0 || isRefused(row));

function manyWithinAnHour(minutes: readonly Minute[]): readonly Minute[] {
  const ascending = minutes.toSorted((a, b) => a - b);
  const isMany = ascending.some((minute, i) => (ascending[i + FEWEST_IN_VAIN - 1] ?? Infinity) < minute + HOUR_MINUTES);
  return isMany ? ascending : [];
}
