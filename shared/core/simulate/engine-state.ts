import { createDelayQueue, type DelayQueue } from './delay-queue.ts';
import type { Destination } from '../model/destination.ts';
import type { FlowLog } from './flow-log-output.ts';
import type { Leg, Path, Tap } from './flow-tap.ts';
import { createHostPorts, type HostPorts } from './host-ports.ts';
import type { LogOutput } from './log-output.ts';
import { quietGatewayMinute, type GatewayMinute } from './metric-output.ts';
import { createNatPorts, type NatAllocation, type NatPorts } from './nat-gateway.ts';
import type { Random } from './random.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import type { TruthRecorder } from './truth-recorder.ts';
import type { Workload, World } from './world.ts';

/** One TCP (or UDP) connection from its first SYN to its last FIN. */
export type Connection = {
  readonly workload: number;
  readonly host: number;
  /** Index into `Engine.destinations`. */
  readonly destination: number;
  readonly path: Path;
  /** Where the flow log sees it: at its host, the gateway, the server; absent where the log does not cover. */
  readonly clientLeg: Leg | null;
  readonly natLeg: Leg | null;
  readonly serverLeg: Leg | null;
  readonly legs: readonly Leg[];
  readonly openedMs: number;
  readonly attempt: number;
  state: 'connecting' | 'established' | 'closed';
  syns: number;
  nat: NatAllocation | null;
  /** The gateway, not the peer, was the last to drop its SYN. */
  droppedByGateway: boolean;
  /** The gateway forgot it while it was idle. */
  forgotten: boolean;
  bytesPerSecond: number;
};

export type EngineEvent =
  | {
      readonly kind: 'open';
      readonly atMs: number;
      readonly workload: number;
      readonly attempt: number;
      readonly host: number | null;
    }
  | { readonly kind: 'syn' | 'give-up' | 'close' | 'idle-out'; readonly atMs: number; readonly connection: Connection };

export type GatewayState = {
  readonly ports: NatPorts;
  minute: GatewayMinute;
  active: number;
  bytesPerSecond: number;
  packetsThisSecond: number;
  /** Allocation errors that the gateway is about to make whatever its load. */
  owedErrors: number;
};

/** Connections in a host's tracking table: open ones, and closed ones until they expire. */
export type Tracked = { open: number; readonly closed: DelayQueue<null> };

export type WorkloadState = { readonly open: Set<Connection>; inFlight: number };

export type Engine = {
  readonly world: World;
  readonly startMs: number;
  readonly random: Random;
  readonly schedule: Schedule<EngineEvent>;
  readonly hosts: readonly HostPorts[];
  readonly tracked: readonly Tracked[];
  readonly gateways: readonly GatewayState[];
  readonly workloads: readonly WorkloadState[];
  readonly destinations: readonly Destination[];
  /** Indices into `destinations` per service. */
  readonly destinationsOf: readonly (readonly number[])[];
  readonly taps: {
    readonly hosts: readonly (Tap | null)[];
    readonly gateways: readonly Tap[];
    readonly services: readonly (Tap | null)[];
  };
  readonly flowLog: FlowLog;
  readonly logs: LogOutput;
  readonly truth: TruthRecorder;
};

export const secondOf = (engine: Engine, atMs: number): number => (atMs - engine.startMs) / 1000;

export const workloadOf = (engine: Engine, index: number): Workload => engine.world.workloads[index] as Workload;

export const createGatewayState = (world: World): GatewayState[] =>
  world.gateways.map((gateway) => ({
    ports: createNatPorts(gateway),
    minute: quietGatewayMinute(),
    active: 0,
    bytesPerSecond: 0,
    packetsThisSecond: 0,
    owedErrors: 0,
  }));

export const createHostStates = (world: World): HostPorts[] => world.hosts.map(createHostPorts);

export const createTracked = (world: World): Tracked[] =>
  world.hosts.map(() => ({ open: 0, closed: createDelayQueue() }));

export const createEngineSchedule = (world: World, startMs: number): Schedule<EngineEvent> =>
  createSchedule<EngineEvent>(startMs / 1000 + world.durationSeconds);

/** Every destination of every service once, and where each service finds its own. */
export function flattenDestinations(world: World): { destinations: Destination[]; destinationsOf: number[][] } {
  const destinations: Destination[] = [];
  const indices = new Map<string, number>();
  const destinationsOf = world.services.map((service) =>
    service.destinations.map((destination) => {
      const key = `${destination.address}|${destination.port}|${destination.protocol}`;
      const known = indices.get(key);
      if (known !== undefined) return known;
      indices.set(key, destinations.length);
      destinations.push(destination);
      return destinations.length - 1;
    }),
  );
  return { destinations, destinationsOf };
}
