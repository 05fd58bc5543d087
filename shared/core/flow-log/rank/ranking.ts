import type { Address } from '../../model/address.ts';
import type { Destination } from '../../model/destination.ts';
import type { ScopeId } from '../../model/observation.ts';
import type { Minute } from '../../model/time.ts';
import { ipv4Number } from '../engine/dictionary.ts';

/** Which local addresses a ranking is about. */
export type RankBy =
  /** Whoever holds the ports: hosts and NAT gateways at their own side; what a gateway forwards counts once. */
  | 'destination'
  /** Whoever began: hosts, and the clients behind a NAT gateway instead of the gateway. */
  | 'source'
  /** NAT gateways alone: addresses that accept packets for others and then dial themselves. */
  | 'nat';

export type RankSort = 'ports' | 'opens' | 'unanswered';

export type RankOptions = {
  readonly by: RankBy;
  readonly sort: RankSort;
  /** One entry per minute, or one over all minutes. */
  readonly perMinute: boolean;
  readonly top: number;
  /** Only this destination; a null port means all of its ports. */
  readonly destination: { readonly address: Address; readonly port: number | null } | null;
};

export type RankedFlow = {
  readonly scope: ScopeId;
  readonly interfaceId: string;
  readonly localAddress: Address;
  readonly destination: Destination;
  readonly minute: Minute | null;
  /** Over all minutes: ports with any record in any of them. */
  readonly distinctPorts: number;
  readonly opens: number;
  readonly unanswered: number;
  readonly bytes: number;
  readonly records: number;
};

export type TopSource = { readonly address: Address; readonly distinctPorts: number };

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** IPv4 by number, before all others: so that packed rows need no text to be told apart. */
function compareAddresses(a: Address, b: Address): number {
  if (a === b) return 0;
  const [one, other] = [ipv4Number(a), ipv4Number(b)];
  if (one !== null && other !== null) return (one >>> 0) - (other >>> 0);
  return one === null && other === null ? compare(a, b) : one === null ? 1 : -1;
}

export const sortValue = (flow: RankedFlow, sort: RankSort): number =>
  sort === 'ports' ? flow.distinctPorts : flow[sort];

/** Descending by what is asked for, then by a key that no two flows share, so that ties do not depend on threads. */
export function compareRanked(a: RankedFlow, b: RankedFlow, sort: RankSort): number {
  return (
    sortValue(b, sort) - sortValue(a, sort) ||
    b.distinctPorts - a.distinctPorts ||
    (a.minute ?? 0) - (b.minute ?? 0) ||
    compareAddresses(a.localAddress, b.localAddress) ||
    compareAddresses(a.destination.address, b.destination.address) ||
    a.destination.port - b.destination.port ||
    a.destination.protocol - b.destination.protocol ||
    compare(a.scope, b.scope) ||
    compare(a.interfaceId, b.interfaceId)
  );
}

/**
 * The best of several rankings. A flow that two interfaces of a scope saw (both ends log, or a host and its gateway) is
 * listed once, as the interface that saw most of it has it.
 */
export function mergeRankings(rankings: readonly (readonly RankedFlow[])[], { sort, top }: RankOptions): RankedFlow[] {
  const best = new Map<string, RankedFlow>();
  for (const flow of rankings.flat().sort((a, b) => compareRanked(a, b, sort))) {
    const { scope, localAddress, destination, minute } = flow;
    const key = `${scope} ${localAddress} ${destination.address} ${destination.port} ${destination.protocol} ${minute}`;
    if (!best.has(key)) best.set(key, flow);
    if (best.size === top) break;
  }
  return [...best.values()];
}
