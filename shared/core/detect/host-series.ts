import type { JoinedSource } from '../correlate/join-log-source.ts';
import type { Address } from '../model/address.ts';
import { type Destination, destinationKeys } from '../model/destination.ts';
import { countEvents, totalEvents } from '../model/event-count.ts';
import type { ConnectErrorMinute, FlowMinute, PortRange, SocketMinute } from '../model/observation.ts';
import { rangeOf, type PortSet, unionSize } from '../model/port-set.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { countBlurredPorts, spansMinutes } from './blurred-ports.ts';
import { countHeldPorts, overlappingPorts } from './held-ports.ts';
import { countUnansweredPorts, neighboursOf, openedPorts } from './opens.ts';
import type { PortBudget } from './port-budget.ts';
import { isRefused } from './refused-connects.ts';
import type { SharedUse } from './shared-range.ts';
import { isSteadyTrickle, trickleOf } from './statistics.ts';

/** One source address towards one destination in one minute, from flow records. */
export type HostUse = {
  readonly minute: Minute;
  /** Overlapping flows, or connections that opened and have not closed: certainly in use. */
  readonly portsLow: number;
  /** Distinct ports in the minutes touching [t − TIME_WAIT, t]: all of them, if the client closes first. */
  readonly portsHigh: number;
  /** Lowest and highest port opened in the minute; null when none was. */
  readonly portRange: PortRange | null;
  /** Distinct ports of the minute itself and of connections still open: taken, if the client closes first. */
  readonly portsSeen: number;
  /** Of all these, ports of records that span minutes and may be many short connections: see `blurred-ports.ts`. */
  readonly portsBlurred: number;
  readonly opens: number;
  /** Null where the records carry no flags. */
  readonly closed: number | null;
  /** Closed in the minute in which they opened; null where the records carry no flags. */
  readonly youngClosed: number | null;
  readonly unanswered: number;
  /** Of records that end in the minute, both ways. */
  readonly packets: number;
};

export type HostDestination = {
  readonly source: Address;
  readonly interfaceId: string | null;
  readonly destination: Destination;
  readonly budget: PortBudget;
  /** Size of the smallest range that holds every port this source was ever seen to use. */
  readonly spanPorts: number;
  readonly uses: ReadonlyMap<Minute, HostUse>;
  readonly sockets: ReadonlyMap<Minute, SocketMinute>;
};

/** What is known of the hosts behind one subject: a source address, or a log source whose address is not (uniquely) known. */
export type HostSeries = {
  readonly kind: 'host';
  readonly subject: { readonly type: 'source-address' | 'log-source'; readonly id: string };
  readonly destinations: readonly HostDestination[];
  /** Exhaustion-class log rows of this subject by minute, with who they were joined to. */
  readonly logs: ReadonlyMap<Minute, readonly JoinedLogRow[]>;
  /** Events per minute, each counted by its certainty. */
  readonly eventWeights: ReadonlyMap<Minute, number>;
  /** The events are a steady trickle: a mistake in a configuration, not a burst. */
  readonly eventsAreSteady: boolean;
  /** Weighted events per minute that this subject always has; 0 for most. */
  readonly eventTrickle: number;
  readonly budget: PortBudget;
  /** Ports over all destinations by minute, of a single source that has many. */
  readonly sharedUses: ReadonlyMap<Minute, SharedUse>;
} & HostCoverage;

/** Which minutes flow records of a source cover, whatever their destination, and in which of these some were lost. */
export type HostCoverage = {
  readonly flowMinutes: ReadonlySet<Minute>;
  readonly lossyMinutes: ReadonlySet<Minute>;
};

export type JoinedLogRow = { readonly row: ConnectErrorMinute; readonly sources: readonly JoinedSource[] };

/** An idle connection on a host writes no record and has no timeout; past this long without one it no longer counts. */
const STILL_OPEN_MINUTES = 90;

/**
 * How much one event counts by its certainty: an ambiguous text needs more company than a likely one. No text is ever
 * quite certain by itself (the same line can be a mistake), so the best of them, from 0.7, count in full.
 */
const weightOf = (certainty: number): number => (certainty >= 0.7 ? 1 : certainty >= 0.5 ? 0.4 : 0.1);

/** The host series of one subject, its log rows indexed and judged as a whole. */
export function buildHostSeries(
  subject: HostSeries['subject'],
  destinations: readonly HostDestination[],
  rows: readonly JoinedLogRow[],
  budget: PortBudget,
  sharedUses: ReadonlyMap<Minute, SharedUse>,
  { flowMinutes, lossyMinutes }: HostCoverage,
): HostSeries {
  const logs = Map.groupBy(rows, ({ row }) => row.minute);
  const eventWeights = new Map<Minute, number>();
  for (const [minute, joined] of logs) {
    const weights = joined.map(({ row }) => countEvents(row) * weightOf(row.certainty));
    eventWeights.set(
      minute,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
  }
  // Certainty makes no difference to how many there are: fifty doubtful events a minute are no trickle.
  const events = new Map([...logs].map(([minute, joined]) => [minute, totalEvents(joined.map(({ row }) => row))]));
  const isTrickle = trickleOf(fillGaps(events)) > 0;
  return {
    kind: 'host',
    subject,
    destinations,
    logs,
    eventWeights,
    eventsAreSteady: isSteadyTrickle(fillGaps(events)),
    eventTrickle: isTrickle ? trickleOf(fillGaps(eventWeights)) : 0,
    budget,
    sharedUses,
    flowMinutes,
    lossyMinutes,
  };
}

/** Counts of every minute from the first to the last, zeros included; a longer span than a week tells no more. */
function fillGaps(counts: ReadonlyMap<Minute, number>): number[] {
  const minutes = [...counts.keys()].sort((a, b) => a - b);
  const from = minutes[0] ?? 0;
  const to = minutes.at(-1) ?? -1;
  return Array.from({ length: Math.min(10_080, to - from + 1) }, (_, i) => counts.get(from + i) ?? 0);
}

/** Destinations of one source that ever touch this share of the range within a TIME_WAIT are measured. */
export const CANDIDATE_SHARE = 0.2;

/** Measures the destinations of one source that can matter: a large share of the range, a socket table, or a log event. */
export function measureHost(
  source: Address,
  rows: readonly FlowMinute[],
  sockets: readonly SocketMinute[],
  named: ReadonlySet<string>,
  budget: PortBudget,
  settings: Settings,
): HostDestination[] {
  const keyOf = destinationKeys();
  const flows = Map.groupBy(rows, (row) => keyOf(row.destination));
  const tables = Map.groupBy(sockets, (row) => keyOf(row.destination));
  const isNamed = ({ address, port }: Destination): boolean => named.size > 0 && named.has(`${address} ${port}`);
  const worth = [...flows].flatMap(([key, own]) =>
    !tables.has(key) && (isNamed((own[0] as FlowMinute).destination) || isCandidate(own, budget)) ? [key] : [],
  );
  if (worth.length + tables.size === 0) return [];
  const spanPorts = spanOf(rows);
  const isBlurred = spansMinutes(rows);
  const measured: HostDestination[] = [];
  for (const key of [...worth, ...tables.keys()].sort()) {
    const own = flows.get(key) ?? [];
    const table = tables.get(key) ?? [];
    const { destination } = (own[0] ?? table[0]) as FlowMinute | SocketMinute;
    measured.push({
      source,
      interfaceId: own[0]?.interfaceId ?? null,
      destination,
      budget,
      spanPorts,
      uses: measureUses(own, isBlurred ? countBlurredPorts(own) : NOT_BLURRED, settings),
      sockets: fullestTables(table),
    });
  }
  return measured;
}

function rangeOfOpened(row: FlowMinute): PortRange | null {
  const opened = row.opensInferred ? row.ports : row.opened;
  return opened.size === 0 ? null : rangeOf(opened);
}

/** Hosts that share an address (loopback, overlapping networks) have a table each: the fullest one counts. */
function fullestTables(tables: readonly SocketMinute[]): Map<Minute, SocketMinute> {
  const fullest = new Map<Minute, SocketMinute>();
  for (const row of tables) {
    const other = fullest.get(row.minute);
    if (other === undefined || row.portsInUse > other.portsInUse) fullest.set(row.minute, row);
  }
  return fullest;
}

/** 0 without rows. */
export function spanOf(rows: readonly FlowMinute[]): number {
  let [least, most] = [65_535, -1];
  for (const { ports } of rows) {
    if (ports.size === 0) continue;
    const { low, high } = rangeOf(ports);
    if (low < least) least = low;
    if (high > most) most = high;
  }
  return most < 0 ? 0 : most - least + 1;
}

/** Cheap: two neighbouring minutes' port counts bound what their union can be. */
function isCandidate(rows: readonly FlowMinute[], budget: PortBudget): boolean {
  const enough = budget.capacityPorts * CANDIDATE_SHARE;
  // Of two that come to enough one has half of it.
  if (!rows.some(({ ports }) => 2 * ports.size >= enough)) return false;
  const sizes = new Map(rows.map((row) => [row.minute, row.ports.size]));
  return rows.some((row) => row.ports.size + (sizes.get(row.minute - 1) ?? 0) >= enough);
}

const NOT_BLURRED: ReadonlyMap<Minute, number> = new Map();

function measureUses(
  rows: readonly FlowMinute[],
  blurred: ReadonlyMap<Minute, number>,
  settings: Settings,
): Map<Minute, HostUse> {
  const byMinute = Map.groupBy(rows, (row) => row.minute);
  const held = countHeldPorts(rows, STILL_OPEN_MINUTES);
  const back = Math.ceil(settings.hold.hostTimeWaitSeconds / 60);
  const uses = new Map<Minute, HostUse>();
  for (const row of rows) {
    const window: PortSet[] = [];
    for (let m = row.minute - back; m <= row.minute; m += 1)
      for (const other of byMinute.get(m) ?? []) window.push(other.ports);
    const neighbours = neighboursOf(byMinute, row);
    const open = held.get(row.minute);
    const portsBlurred = blurred.get(row.minute) ?? 0;
    const portsLow = Math.max(0, Math.max(overlappingPorts(row), open?.held ?? 0) - portsBlurred);
    // What is refused takes no port.
    const portsSeen = isRefused(row) ? portsLow : Math.max(row.ports.size, open?.taken ?? 0);
    uses.set(row.minute, {
      minute: row.minute,
      portsLow,
      portsHigh: Math.max(portsLow, portsSeen, unionSize(window)),
      portRange: rangeOfOpened(row),
      portsSeen,
      portsBlurred,
      opens: row.opensInferred ? row.ports.size : openedPorts(row, neighbours).size,
      closed: row.opensInferred ? null : row.closed.size,
      youngClosed: row.opensInferred ? null : (open?.youngClosed ?? 0),
      unanswered: countUnansweredPorts(row, neighbours),
      packets: row.packets,
    });
  }
  return uses;
}
