import type { FlowMinute } from '../model/observation.ts';
import { addPort, hasPort, portCount, portList, portSetOf, portsOf, type PortSet } from '../model/port-set.ts';
import { addFlowCounts, emptyFlowRow, type FlowRow } from './flow-row.ts';
import { mergeFlowRows } from './merge-rows.ts';
import { createPairEvidence, type PairEvidence, type Side } from './pair-evidence.ts';

/**
 * Repairs what `legOf` could only guess from one record. A row is turned round, port by port, when its port is
 * really a service: (a) a SYN elsewhere at the same interface opened a connection towards it, or (b) no SYN speaks of
 * the pair, and the row's port meets more distinct ports than the destination's, outdoing at least two of them.
 *
 * A turned row keeps its counts; where it held several ports, they go with the smallest turned one, since a row does
 * not say which port had how many. The result is in the one order of rows and does not depend on the order of `rows`.
 */
export function orientRows(rows: readonly FlowMinute[]): FlowMinute[] {
  const once = mergeFlowRows(rows);
  const oriented: FlowMinute[] = [];
  let isTurned = false;
  // One pair after the other: the evidence of all of them together would be larger than the rows.
  for (const pair of pairsOf(once)) {
    const evidence = evidenceOf(pair);
    for (const row of pair) {
      const pieces = evidence === null ? [row] : turnRow(row, evidence);
      isTurned ||= pieces[0] !== row;
      for (const piece of pieces) oriented.push(piece);
    }
  }
  return isTurned ? mergeFlowRows(oriented) : once;
}

function* pairsOf(rows: readonly FlowMinute[]): Generator<readonly FlowMinute[]> {
  for (const own of Map.groupBy(rows, ({ interfaceId }) => interfaceId).values())
    yield* Map.groupBy(own, ({ localAddress, destination: { address, protocol } }) =>
      localAddress < address ? `${protocol} ${localAddress} ${address}` : `${protocol} ${address} ${localAddress}`,
    ).values();
}

export const sideOf = ({ localAddress, destination }: Pick<FlowMinute, 'localAddress' | 'destination'>): Side =>
  localAddress <= destination.address ? 0 : 1;

const otherSide = (row: FlowMinute): Side =>
  sideOf(row) === 0 && row.localAddress !== row.destination.address ? 1 : 0;

/** Null where nothing can be turned, which is nearly every pair. */
export function evidenceOf(rows: readonly FlowMinute[]): PairEvidence | null {
  const [first] = rows;
  const isSelf = first?.localAddress === first?.destination.address;
  if (isOneWay(rows, isSelf) || isProven(rows)) return null;
  const evidence = createPairEvidence(isSelf);
  for (const row of rows) addEvidence(evidence, row);
  return evidence;
}

/** Rows of one direction and one destination port: no other side that could have begun. */
function isOneWay(rows: readonly FlowMinute[], isSelf: boolean): boolean {
  const [first] = rows;
  const isPlain = (row: FlowMinute): boolean =>
    row.localAddress === first?.localAddress && row.destination.port === first.destination.port;
  return !isSelf && rows.every(isPlain);
}

/** Every row goes where a SYN of its own side went, and such a row is never turned. */
function isProven(rows: readonly FlowMinute[]): boolean {
  const serviceOf = (row: FlowMinute): number => row.destination.port * 2 + sideOf(row);
  const proven = new Set(rows.filter(({ opened }) => portCount(opened) > 0).map(serviceOf));
  return rows.every((row) => proven.has(serviceOf(row)));
}

export function addEvidence(evidence: PairEvidence, row: FlowMinute): void {
  const side = sideOf(row);
  const { port } = row.destination;
  const ports = portList(row.ports);
  for (let i = 0; i < row.ports.size; i += 1) evidence.addPort(side, ports[i] as number, port);
  if (portCount(row.opened) > 0) evidence.addOpen(side, port, row.via);
}

/** The row as it is, or turned, or its turned ports and what is left of it. */
export function turnRow(row: FlowMinute, evidence: PairEvidence): readonly FlowMinute[] {
  const turned = turnedPorts(row, evidence);
  if (turned.length === 0) return [row];
  const pieces = turned.map((port) => turnPort(row, port, evidence));
  addFlowCounts(pieces[0] as FlowRow, row);
  if (turned.length < portCount(row.ports)) pieces.push(restOf(row, new Set(turned)));
  return pieces;
}

/** By index and without a list until there is one: nearly every row of a long log has none. */
function turnedPorts(row: FlowMinute, evidence: PairEvidence): readonly number[] {
  const side = sideOf(row);
  const ports = portList(row.ports);
  let turned: number[] | null = null;
  for (let i = 0; i < row.ports.size; i += 1) {
    const port = ports[i] as number;
    if (evidence.turns(side, port, row.destination.port)) (turned ??= []).push(port);
  }
  return turned ?? NONE;
}

const NONE: readonly number[] = [];

function turnPort(row: FlowMinute, port: number, evidence: PairEvidence): FlowRow {
  const { localAddress, destination, minute, interfaceId } = row;
  const piece = emptyFlowRow({
    minute,
    interfaceId,
    localAddress: destination.address,
    destination: { address: localAddress, port, protocol: destination.protocol },
    via: evidence.viaOf(otherSide(row), port),
  });
  addPort(piece.ports, destination.port);
  if (isAnswered(row, hasPort(row.answered, port))) addPort(piece.answered, destination.port);
  if (hasPort(row.closed, port)) addPort(piece.closed, destination.port);
  piece.opensInferred = row.opensInferred;
  return piece;
}

/**
 * Did the true destination (the row's local address) send anything? Yes when the row saw records from it alone, when
 * overlapping flows of it were counted, or when there were several records. With flags, a client's record without a
 * SYN is one of an established connection, which therefore was answered. `wasAnswered`: by the row's own account.
 */
export function isAnswered(
  { opensInferred, records, overlap }: { opensInferred: boolean; records: number; overlap: ArrayLike<number> },
  wasAnswered: boolean,
): boolean {
  if (!opensInferred || !wasAnswered || records > 1) return true;
  for (let i = 0; i < overlap.length; i += 1) if (overlap[i] !== 0) return true;
  return false;
}

/** What stays of a row whose other ports were turned; its counts went with them. */
function restOf(row: FlowMinute, turned: ReadonlySet<number>): FlowRow {
  const rest = emptyFlowRow(row);
  const without = (set: PortSet): PortSet => portSetOf(portsOf(set).filter((port) => !turned.has(port)));
  rest.ports = without(row.ports);
  rest.opened = without(row.opened);
  rest.answered = without(row.answered);
  rest.closed = without(row.closed);
  rest.opensInferred = row.opensInferred;
  return rest;
}
