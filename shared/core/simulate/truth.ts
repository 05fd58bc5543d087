import type { Cause, FindingKind, Layer } from '../finding/schema.ts';
import type { Destination } from '../model/destination.ts';
import { isoOf, MINUTE_MS } from '../model/time.ts';
import type { Engine } from './engine-state.ts';
import type { Scenario } from './scenario.ts';
import type { IncidentRecord, PortFailure } from './truth-recorder.ts';
import type { IncidentLabel, Verdict } from './world.ts';

/** What really happened, for whoever measures a detector: never read by one. Times are ISO 8601 in UTC. */
export type Truth = {
  readonly version: 1;
  readonly scenario: string;
  readonly class: string;
  readonly seed: number;
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
  readonly incidents: readonly TrueIncident[];
  readonly ruledOut: readonly string[];
  readonly alsoTrue: readonly FindingKind[];
  /** Connections that failed for want of a port and belong to no incident above. */
  readonly otherPortFailures: number;
  /** Highest utilisation of any address's ports towards one destination, and of any host's, in the whole world. */
  readonly highestUtilisation: number;
  /** Every holder of ports, labelled or not, whose ports towards one destination were ever three quarters in use, and when. */
  readonly pressed: readonly TruePressure[];
};

export type TruePressure = {
  readonly layer: 'host' | 'nat';
  readonly subject: { readonly type: string; readonly id: string };
  /** Whole minutes, joined where less than five lie between. */
  readonly windows: readonly { readonly from: string; readonly to: string; readonly peak: number }[];
};

export type TrueIncident = {
  readonly kind: FindingKind;
  readonly layer: Layer;
  /** The best name for the cause, and every fair one. */
  readonly cause: Cause;
  readonly causes: readonly Cause[];
  readonly subject: { readonly type: string; readonly id: string };
  /** What no evidence in the files can tell. */
  readonly hidden: readonly string[];
  /** By port-seconds from onset to end, largest first. */
  readonly destinations: readonly (Destination & { readonly share: number })[];
  readonly sources: readonly TrueSource[];
  readonly onsetAt: string;
  readonly endAt: string;
  /** When the course of things turned by what nobody could foresee. */
  readonly turnsAt: readonly string[];
  /** A gateway's first dropped SYN (its connection may have come through on a retransmit); a host's first failure. */
  readonly firstDropAt: string | null;
  /** When the first connection that failed for want of a port was begun. */
  readonly firstFailureAt: string | null;
  readonly lastFailureAt: string | null;
  readonly failedConnections: number;
  readonly failedBySource: Readonly<Record<string, number>>;
  readonly reached: {
    readonly warningAt: string | null;
    readonly criticalAt: string | null;
    readonly fullAt: string | null;
  };
  readonly peakPorts: number;
  readonly capacityPorts: number;
  readonly peakUtilisation: number;
  /** Highest utilisation per minute from the beginning of the world. */
  readonly utilisationByMinute: readonly number[];
};

export type TrueSource = {
  readonly address: string;
  readonly interfaceId: string;
  readonly owner: string;
  readonly share: number;
};

export function truthOf(engine: Engine, scenario: Scenario, seed: number): Truth {
  const { world, startMs } = engine;
  const owned = new Set<PortFailure>();
  const incidents = world.labels.incidents.map((label, index) => {
    const failures = engine.truth.failures.filter((failure) => belongs(engine, label, failure));
    for (const failure of failures) owned.add(failure);
    return incidentOf(engine, label, engine.truth.incidents[index] as IncidentRecord, failures);
  });
  return {
    version: 1,
    scenario: scenario.name,
    class: scenario.class,
    seed,
    from: isoOf(startMs),
    to: isoOf(startMs + world.durationSeconds * 1000),
    verdict: world.labels.verdict,
    incidents,
    ruledOut: world.labels.ruledOut,
    alsoTrue: world.labels.alsoTrue,
    highestUtilisation: round(engine.truth.highest),
    otherPortFailures: engine.truth.failures.filter((failure) => !owned.has(failure) && failure.atMs >= startMs).length,
    pressed: pressuresOf(engine),
  };
}

const JOINED_MINUTES = 5;

function pressuresOf({ truth, world, startMs }: Engine): TruePressure[] {
  return [...truth.pressed].map(([holder, peaks]) => {
    const [layer, index] = holder.split('/') as ['host' | 'nat', string];
    const windows: { first: number; last: number; peak: number }[] = [];
    for (const [minute, peak] of [...peaks].sort((a, b) => a[0] - b[0])) {
      const open = windows.at(-1);
      if (open && minute - open.last <= JOINED_MINUTES)
        Object.assign(open, { last: minute, peak: Math.max(open.peak, peak) });
      else windows.push({ first: minute, last: minute, peak });
    }
    const subject =
      layer === 'nat'
        ? { type: 'nat-gateway', id: world.gateways[Number(index)]?.id ?? '' }
        : { type: 'source-address', id: world.hosts[Number(index)]?.address ?? '' };
    const at = (minute: number): string => isoOf(startMs + minute * MINUTE_MS);
    return {
      layer,
      subject,
      windows: windows.map(({ first, last, peak }) => ({ from: at(first), to: at(last + 1), peak: round(peak) })),
    };
  });
}

function belongs(engine: Engine, label: IncidentLabel, failure: PortFailure): boolean {
  if (failure.layer !== label.layer || failure.atMs < engine.startMs) return false;
  const id =
    failure.layer === 'nat' ? engine.world.gateways[failure.holder]?.id : engine.world.hosts[failure.holder]?.address;
  const shared = failure.layer === 'host' && sharesPorts(engine, label);
  return id === label.subject.id && (shared || destinationsOf(engine, label).includes(failure.destination));
}

function sharesPorts(engine: Engine, label: IncidentLabel): boolean {
  const host = engine.world.hosts.find(({ address }) => address === label.subject.id);
  return host?.system === 'windows' || label.culprits.some((workload) => engine.world.workloads[workload]?.bindsFirst);
}

const destinationsOf = (engine: Engine, label: IncidentLabel): number[] =>
  label.services.flatMap((service) => engine.destinationsOf[service] ?? []);

function incidentOf(
  engine: Engine,
  label: IncidentLabel,
  record: IncidentRecord,
  failures: readonly PortFailure[],
): TrueIncident {
  const at = (ms: number | null | undefined): string | null => (ms == null ? null : new Date(ms).toISOString());
  const failedMs = failures.map(({ atMs }) => atMs).sort((a, b) => a - b);
  const destinations = destinationsOf(engine, label);
  const drop = engine.truth.drops
    .filter(
      ({ gateway, destination }) =>
        label.layer === 'nat' &&
        engine.world.gateways[gateway]?.id === label.subject.id &&
        destinations.includes(destination),
    )
    .map(({ atMs }) => atMs)
    .sort((a, b) => a - b)[0];
  return {
    kind: label.kind,
    layer: label.layer,
    cause: label.causes[0] ?? 'unknown',
    causes: label.causes,
    subject: label.subject,
    hidden: label.hidden ?? [],
    destinations: ranked(record.portSecondsByDestination).map(([index, share]) => ({
      ...(engine.destinations[index] as Destination),
      share,
    })),
    sources: ranked(record.portSecondsBySource).map(([index, share]) => sourceOf(engine, index, share)),
    onsetAt: isoOf(engine.startMs + label.onsetSecond * 1000),
    endAt: isoOf(engine.startMs + label.endSecond * 1000),
    turnsAt: (label.turnSeconds ?? []).map((second) => isoOf(engine.startMs + second * 1000)),
    firstDropAt: at(drop ?? failedMs[0]),
    firstFailureAt: at(failedMs[0]),
    lastFailureAt: at(failedMs.at(-1)),
    failedConnections: failures.length,
    failedBySource: failedBySource(engine, failures),
    reached: {
      warningAt: at(record.crossedMs.warning),
      criticalAt: at(record.crossedMs.critical),
      fullAt: at(record.crossedMs.full),
    },
    peakPorts: record.peakPorts,
    capacityPorts: record.capacityAtPeak,
    peakUtilisation: record.capacityAtPeak > 0 ? round(record.peakPorts / record.capacityAtPeak) : 0,
    utilisationByMinute: Array.from(record.utilisation, (value) => round(value ?? 0)),
  };
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

function ranked(sums: ReadonlyMap<number, number>): [index: number, share: number][] {
  const total = [...sums.values()].reduce((sum, value) => sum + value, 0);
  return [...sums]
    .filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([index, value]) => [index, round(value / total)]);
}

function sourceOf(engine: Engine, index: number, share: number): TrueSource {
  const host = engine.world.hosts[index];
  if (!host) throw new Error(`no host ${index}`);
  return { address: host.address, interfaceId: host.interfaceId, owner: host.owner, share };
}

function failedBySource(engine: Engine, failures: readonly PortFailure[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { source } of failures) {
    const address = engine.world.hosts[source]?.address ?? 'unknown';
    counts[address] = (counts[address] ?? 0) + 1;
  }
  return counts;
}
