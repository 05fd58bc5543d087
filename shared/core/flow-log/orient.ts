import type { Address } from '../model/address.ts';
import type { FlowMinute } from '../model/observation.ts';
import { addPort, emptyPortSet, hasPort, portCount, portSetOf, portsOf, type PortSet } from '../model/port-set.ts';
import {
  addFlowCounts,
  addFlowRow,
  compareFlowRows,
  copyFlowRow,
  emptyFlowRow,
  flowRowKey,
  type FlowRow,
} from './flow-row.ts';

/**
 * Repairs what `legOf` could only guess from one record. A row is turned round, port by port, when its port is
 * really a service: (a) a SYN elsewhere at the same interface opened a connection towards it, or (b) no SYN speaks of
 * the pair, and the row's port meets more distinct ports than the destination's, outdoing at least two of them.
 *
 * A turned row keeps its counts; where it held several ports, they go with the smallest turned one, since a row does
 * not say which port had how many. Whether the true destination answered follows from the flags' absence: see
 * `turnedAnswers`. The result is in the one order of rows and does not depend on the order of `rows`.
 */
export function orientRows(rows: readonly FlowMinute[]): FlowMinute[] {
  const sorted = rows.toSorted(compareFlowRows);
  const proofs = proofsOf(sorted);
  const meetings = meetingsOf(sorted);
  const result = new Map<string, FlowRow>();
  for (const row of sorted)
    for (const piece of turn(row, turnedPorts(row, proofs, meetings), proofs)) put(result, piece);
  return [...result.values()].sort(compareFlowRows);
}

function put(result: Map<string, FlowRow>, piece: FlowRow): void {
  const key = flowRowKey(piece);
  const known = result.get(key);
  if (known) addFlowRow(known, piece);
  else result.set(key, piece);
}

type Side = { readonly interfaceId: string; readonly protocol: number; readonly from: Address; readonly to: Address };

const sideKey = ({ interfaceId, protocol, from, to }: Side): string => `${interfaceId} ${protocol} ${from} ${to}`;

const sideOf = ({ interfaceId, localAddress, destination }: FlowMinute): Side => ({
  interfaceId,
  protocol: destination.protocol,
  from: localAddress,
  to: destination.address,
});

const turnedSide = ({ interfaceId, protocol, from, to }: Side): Side => ({ interfaceId, protocol, from: to, to: from });

/** What SYNs prove: `from` opens connections to these ports of `to`, seen through `via`. */
type Proofs = ReadonlyMap<string, { readonly services: PortSet; readonly vias: ReadonlyMap<number, Address | null> }>;

function proofsOf(rows: readonly FlowMinute[]): Proofs {
  const proofs = new Map<string, { services: PortSet; vias: Map<number, Address | null> }>();
  for (const row of rows) {
    if (portCount(row.opened) === 0) continue;
    const key = sideKey(sideOf(row));
    const proof = proofs.get(key) ?? { services: emptyPortSet(), vias: new Map<number, Address | null>() };
    proofs.set(key, proof);
    const { port } = row.destination;
    addPort(proof.services, port);
    const via = proof.vias.get(port);
    if (via === undefined || (row.via ?? '') < (via ?? '')) proof.vias.set(port, row.via);
  }
  return proofs;
}

/** What a port of a pair meets on the other side. */
type Meeting = {
  /** How many distinct ports: a service meets many, a client's port few. */
  readonly met: number;
  /** How many of them meet fewer ports than this one does: a client's port that meets two services outdoes neither. */
  readonly outdone: number;
};
type Meetings = ReadonlyMap<string, ReadonlyMap<number, Meeting>>;

/**
 * Only pairs that could be turned are counted: those with rows in both directions, or with several destination ports
 * in one. A client that talks to one port of a server, which is nearly every pair, costs nothing.
 */
function meetingsOf(rows: readonly FlowMinute[]): Meetings {
  const bySide = new Map<string, FlowMinute[]>();
  for (const row of rows) {
    const key = sideKey(sideOf(row));
    const side = bySide.get(key);
    if (side) side.push(row);
    else bySide.set(key, [row]);
  }
  const meetings = new Map<string, ReadonlyMap<number, Meeting>>();
  for (const [key, side] of bySide) {
    const first = side[0] as FlowMinute;
    const backKey = sideKey(turnedSide(sideOf(first)));
    const back = key === backKey ? [] : (bySide.get(backKey) ?? []);
    const hasOnePort = side.every(({ destination }) => destination.port === first.destination.port);
    if (meetings.has(key) || (back.length === 0 && hasOnePort)) continue;
    const { near, far } = countMeetings(side, back);
    meetings.set(key, near);
    meetings.set(backKey, far);
  }
  return meetings;
}

/** `near` is by port of the local address of `side`, `far` by port of its destination. */
function countMeetings(
  side: readonly FlowMinute[],
  back: readonly FlowMinute[],
): Record<'near' | 'far', ReadonlyMap<number, Meeting>> {
  const pairs = new Set<number>();
  for (const { ports, destination } of side)
    for (const port of portsOf(ports)) pairs.add(port * PORT_VALUES + destination.port);
  for (const { ports, destination } of back)
    for (const port of portsOf(ports)) pairs.add(destination.port * PORT_VALUES + port);
  const near = new Map<number, { met: number; outdone: number }>();
  const far = new Map<number, { met: number; outdone: number }>();
  const at = (ports: typeof near, port: number): { met: number; outdone: number } => {
    const meeting = ports.get(port) ?? { met: 0, outdone: 0 };
    ports.set(port, meeting);
    return meeting;
  };
  const nearOf = (pair: number) => at(near, Math.floor(pair / PORT_VALUES));
  const farOf = (pair: number) => at(far, pair % PORT_VALUES);
  for (const pair of pairs) {
    nearOf(pair).met += 1;
    farOf(pair).met += 1;
  }
  for (const pair of pairs) {
    if (nearOf(pair).met > farOf(pair).met) nearOf(pair).outdone += 1;
    if (farOf(pair).met > nearOf(pair).met) farOf(pair).outdone += 1;
  }
  return { near, far };
}

const PORT_VALUES = 65_536;
/** Linux's ephemeral range begins here: without proof no port from here on is turned into a service. */
export const EPHEMERAL_FROM = 32_768;

/** The ports of `row` that are services of its local address, ascending. */
function turnedPorts(row: FlowMinute, proofs: Proofs, meetings: Meetings): number[] {
  const side = sideOf(row);
  const { port: farPort } = row.destination;
  const forward = proofs.get(sideKey(side));
  if (forward && hasPort(forward.services, farPort)) return [];
  const backward = proofs.get(sideKey(turnedSide(side)));
  const near = meetings.get(sideKey(side));
  const far = meetings.get(sideKey(turnedSide(side)));
  const farMet = far?.get(farPort)?.met ?? 0;
  const isService = (port: number): boolean => {
    const { met, outdone } = near?.get(port) ?? { met: 0, outdone: 0 };
    return port < EPHEMERAL_FROM && met > farMet && outdone >= 2;
  };
  return [...portsOf(row.ports)].filter((port) => (backward && hasPort(backward.services, port)) || isService(port));
}

function turn(row: FlowMinute, turned: readonly number[], proofs: Proofs): FlowRow[] {
  if (turned.length === 0) return [copyFlowRow(row)];
  const pieces = turned.map((port) => turnPort(row, port, proofs));
  addFlowCounts(pieces[0] as FlowRow, row);
  if (turned.length < portCount(row.ports)) pieces.push(restOf(row, new Set(turned)));
  return pieces;
}

function turnPort(row: FlowMinute, port: number, proofs: Proofs): FlowRow {
  const { localAddress, destination, minute, interfaceId } = row;
  const proof = proofs.get(sideKey(turnedSide(sideOf(row))));
  const piece = emptyFlowRow({
    minute,
    interfaceId,
    localAddress: destination.address,
    destination: { address: localAddress, port, protocol: destination.protocol },
    via: proof?.vias.get(port) ?? null,
  });
  addPort(piece.ports, destination.port);
  if (isAnswered(row, port)) addPort(piece.answered, destination.port);
  if (hasPort(row.closed, port)) addPort(piece.closed, destination.port);
  piece.opensInferred = row.opensInferred;
  return piece;
}

/**
 * Did the true destination (the row's local address) send anything? Yes when the row saw records from it alone, when
 * overlapping flows of it were counted, or when there were several records. With flags, a client's record without a
 * SYN is one of an established connection, which therefore was answered.
 */
function isAnswered(row: FlowMinute, port: number): boolean {
  if (!row.opensInferred || !hasPort(row.answered, port)) return true;
  return row.records > 1 || row.overlap.some((count) => count > 0);
}

/** What stays of a row whose other ports were turned; its counts went with them. */
function restOf(row: FlowMinute, turned: ReadonlySet<number>): FlowRow {
  const rest = emptyFlowRow(row);
  const without = (set: PortSet): PortSet => portSetOf([...portsOf(set)].filter((port) => !turned.has(port)));
  rest.ports = without(row.ports);
  rest.opened = without(row.opened);
  rest.answered = without(row.answered);
  rest.closed = without(row.closed);
  rest.opensInferred = row.opensInferred;
  return rest;
}
