import type { NatFlows } from '../correlate/lay-out-flows.ts';
import { type FlowRows, groupRows, NO_ROWS } from '../flow-rows/flow-rows.ts';
import type { FlowMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import { countOpens } from './count-opens.ts';
import type { MeasuredDestination, NatMeasure } from './measure-nat-destination.ts';
import { countOpenAtClients, countServed, recyclesPorts } from './recycled-ports.ts';

/** `port|protocol`: all that a client leg without packet-level addresses says of its destination. */
const serviceKey = ({ destination }: Pick<FlowMinute, 'destination'>): string =>
  `${destination.port}|${destination.protocol}`;

/**
 * Blind legs are client legs of formats without `pkt-*` fields: the gateway's own address stands where the destination
 * should, so they tell clients and ports but not which of the destinations with that port was meant.
 *
 * Ties them to destinations by service port. Opens that got no answer on the client leg, beyond those without
 * one on the NAT's own legs to all destinations of the port, failed at the fullest of these: that is where ports ran
 * out. The clients behind a destination are those of its port. Where clients had more connections than ports were seen,
 * each destination's ports served alike, and no more of them are open than at all of its clients.
 */
export function attachBlindLegs(
  measured: readonly MeasuredDestination[],
  { blindLegs: blind, natLegs }: Pick<NatFlows, 'blindLegs' | 'natLegs'>,
  idleMinutes: number,
): MeasuredDestination[] {
  if (blind.length === 0) return [...measured];
  const byService = groupRows(blind, serviceKey);
  const atNat = groupRows(natLegs, serviceKey);
  const failures = new Map<MeasuredDestination, Map<Minute, Failures>>();
  const recycled = new Map<string, Map<Minute, Recycled>>();
  for (const [service, rows] of byService) {
    const candidates = measured.filter((each) => serviceKey(each) === service && each.clientRows.length === 0);
    recycled.set(service, recycledBy(atNat.get(service) ?? NO_ROWS, rows, idleMinutes));
    for (const [minute, { unanswered, unansweredMost }] of countOpens(rows)) {
      const [fullest] = candidates
        .filter(({ measures }) => measures.has(minute))
        .sort((a, b) => fullness(b.measures.get(minute)) - fullness(a.measures.get(minute)));
      if (fullest === undefined) continue;
      const explained = candidates.reduce((sum, { measures }) => sum + (measures.get(minute)?.unansweredNat ?? 0), 0);
      const minutes = failures.get(fullest) ?? new Map<Minute, Failures>();
      const low = Math.max(0, unanswered - explained);
      failures.set(fullest, minutes.set(minute, { low, high: Math.max(low, unansweredMost) }));
    }
  }
  return measured.map((each) =>
    each.clientRows.length > 0
      ? each
      : {
          ...each,
          clientRows: byService.get(serviceKey(each)) ?? NO_ROWS,
          measures: new Map(
            [...each.measures].map(([minute, use]) => [
              minute,
              withFailures(
                withRecycled(use, recycled.get(serviceKey(each))?.get(minute)),
                failures.get(each)?.get(minute) ?? NO_FAILURES,
              ),
            ]),
          ),
        },
  );
}

/** Connections to each port of a minute in which ports served several, and how many were open at the clients. */
type Recycled = { readonly perPort: number; readonly open: number };

/** Over all destinations of a service, of which only the busiest are measured. */
function recycledBy(atNat: FlowRows, rows: FlowRows, idleMinutes: number): Map<Minute, Recycled> {
  const seen = new Map<Minute, number>();
  for (const { minute, ports } of atNat) seen.set(minute, (seen.get(minute) ?? 0) + ports.size);
  const perPort = [...countServed(rows)].flatMap(([minute, served]) => {
    const ports = seen.get(minute) ?? 0;
    return ports > 0 && recyclesPorts(served, ports) ? [[minute, served / ports] as const] : [];
  });
  const open = perPort.length === 0 ? new Map<Minute, number>() : countOpenAtClients(rows, idleMinutes);
  return new Map(perPort.map(([minute, each]) => [minute, { perPort: each, open: open.get(minute) ?? 0 }]));
}

const withRecycled = (use: NatMeasure, recycled: Recycled | undefined): NatMeasure => {
  if (recycled === undefined) return use;
  const served = Math.round(use.portsSeen * recycled.perPort);
  return {
    ...use,
    served,
    opensAtNat: Math.max(use.opensAtNat, served),
    portsLow: Math.min(use.portsLow, recycled.open),
  };
};

/**
 * Where ports run out every one of them was seen within the time that a connection keeps its own. Opens come second:
 * without flags they are ports unseen for two minutes, and a full destination takes the same ones again at once.
 */
const fullness = (use: NatMeasure | undefined): number =>
  use === undefined ? 0 : use.portsHigh + (use.portsLow + use.opensAtNat) / PORT_VALUES;

const PORT_VALUES = 65_536;

type Failures = NonNullable<NatMeasure['failures']>;

const NO_FAILURES: Failures = { low: 0, high: 0 };

const withFailures = (use: NatMeasure, { low, high }: Failures): NatMeasure => ({
  ...use,
  opens: use.opensAtNat + low,
  unansweredClients: (use.unansweredNat ?? 0) + low,
  failures: { low, high: Math.max(high, (use.unansweredNat ?? 0) + low) },
});
