import type { Destination } from '../model/destination.ts';
import type { PortRange } from '../model/observation.ts';
import type { Cause, FindingKind, Layer } from '../finding/schema.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** What a scenario sets up: machines, gateways, services and what runs on them. Nothing here knows of detection. */
export type World = {
  readonly durationSeconds: number;
  readonly hosts: readonly SimHost[];
  readonly gateways: readonly SimGateway[];
  readonly services: readonly SimService[];
  readonly workloads: readonly Workload[];
  readonly chatter: readonly Chatter[];
  readonly strangers: readonly Strangers[];
  readonly flowTroubles: readonly FlowTrouble[];
  readonly loadBalancers: readonly SimLoadBalancer[];
  readonly labels: Labels;
  /** What the operator knows and would set: ports per NAT address, ranges of hosts that differ from the default. */
  readonly settings: WorldSettings;
};

export type WorldSettings = {
  readonly natPortsPerAddress?: number;
  readonly natGateway?: string;
  readonly portRange?: PortRange;
  readonly portRangeByAddress?: Readonly<Record<string, PortRange>>;
  readonly hostNames?: Readonly<Record<string, readonly string[]>>;
  readonly logSources?: readonly { readonly match: string; readonly address: string }[];
};

export type SimHost = {
  readonly name: string;
  /** IPv4, or IPv6 in a subnet that has nothing else. */
  readonly address: string;
  readonly interfaceId: string;
  /** The letter of its availability zone. */
  readonly zone: string;
  readonly platform: 'ec2' | 'ecs' | 'lambda';
  /** The ECS service, the Lambda function or the Name tag. */
  readonly owner: string;
  readonly instanceId: string | null;
  readonly taskId: string | null;
  readonly system: 'linux' | 'windows';
  readonly range: PortRange;
  readonly timeWaitSeconds: number;
  /** `tcp_tw_reuse=1`: an outgoing connection may take over a TIME_WAIT port older than a second. */
  readonly reusesTimeWait: boolean;
  /** Seconds after the first SYN at which the kernel sends it again; it gives up at the last. */
  readonly synSchedule: readonly number[];
  /** Entries of the host's connection tracking table, or of the instance's allowance; null when it cannot fill. */
  readonly conntrackLimit: number | null;
  /** Probability that the node's own source NAT drops a SYN in a race. */
  readonly snatRaceProbability: number;
};

export type SimGateway = {
  readonly id: string;
  readonly name: string;
  /** `-` for a regional gateway, which has none. */
  readonly interfaceId: string;
  /** The letter of its availability zone; null for a regional gateway, which serves each zone from addresses of that zone. */
  readonly zone: string | null;
  readonly addresses: readonly {
    readonly privateAddress: string;
    readonly publicAddress: string;
    readonly zone: string;
  }[];
  readonly portsPerAddress: number;
  readonly holdSeconds: number;
  readonly idleSeconds: number;
  /** How the gateway hands out ports, which AWS does not say. */
  readonly selection: 'random' | 'sequential';
  /** Whether `ActiveConnectionCount` counts ports held after close, which AWS does not say. */
  readonly activeCountsHeld: boolean;
  /** How many of `addresses` take new connections; of a regional gateway, how many in each zone. */
  readonly addressesInUse: Timeline;
  /** Bytes per second beyond which packets are dropped. */
  readonly bytesPerSecondLimit: number;
  /** Allocation errors a minute that come and go whatever the load; the retransmit gets through. */
  readonly baselineErrorsPerMinute: number;
};

export type SimService = {
  readonly name: string;
  readonly hostNames: readonly string[];
  readonly destinations: readonly Destination[];
  /** The interface it sits behind when it is inside the VPC, reached without the NAT gateway. */
  readonly interfaceId: string | null;
  readonly roundTripMs: number;
  /** Median milliseconds from the connection's start to the end of its answer. */
  readonly latencyMs: Timeline;
  /** `answers`: SYN-ACK; `silent`: nothing comes back; `refuses`: RST; `forbidden`: the client's security group lets no SYN out. */
  readonly state: (second: number) => 'answers' | 'silent' | 'refuses' | 'forbidden';
};

/** How a workload uses connections. */
export type ConnectionStyle =
  /** A connection per request: lives as long as the answer takes, plus `lingerMs` of keep-alive. */
  | { readonly kind: 'per-request'; readonly lingerMs: number }
  /** `connections(t)` kept open, each replaced at `maxAgeSeconds`; traffic every `everySeconds` on each. */
  | {
      readonly kind: 'pool';
      readonly connections: Timeline;
      readonly maxAgeSeconds: number;
      readonly everySeconds: number;
    }
  /** Never closed by the client: `keepAliveSeconds` between probes, or null for an idle connection. */
  | { readonly kind: 'leak'; readonly keepAliveSeconds: number | null; readonly leaks: (second: number) => number }
  /** One long call: silence for `silenceMs`, then the answer. */
  | { readonly kind: 'long-call'; readonly silenceMs: number };

export type Workload = {
  readonly name: string;
  /** Indices into `World.hosts`, and how its load divides over them (even when absent). */
  readonly hosts: readonly number[];
  readonly weights?: readonly number[];
  readonly service: number;
  readonly gateway: number | null;
  readonly style: ConnectionStyle;
  /** New connections (requests without keep-alive) per second over all hosts; ignored by pools. */
  readonly arrivalsPerSecond: Timeline;
  readonly closesFirst: 'client' | 'server';
  readonly bindsFirst: boolean;
  readonly connectTimeoutMs: number;
  readonly retries: number;
  readonly retryDelayMs: number;
  /** Concurrent connections beyond which it waits instead of opening another. */
  readonly concurrencyLimit: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Whose wording its log lines have; null for a program that logs nothing. */
  readonly runtime: RuntimeName | null;
  readonly logFormat: 'json' | 'plain';
  /** Null for the group of the host's own service. */
  readonly logGroup: string | null;
  /** Part of the successful connections that are logged. */
  readonly successLogShare: number;
  /** Seconds at which the program restarts: it closes whatever it has open. */
  readonly restartsAt: readonly number[];
};

export type RuntimeName =
  | 'node'
  | 'undici'
  | 'go'
  | 'python-requests'
  | 'python-aiohttp'
  | 'java'
  | 'ruby'
  | 'rust'
  | 'php'
  | 'dotnet'
  | 'nginx'
  | 'haproxy'
  | 'envoy';

/** Log lines without a connection behind them. */
export type Chatter = {
  readonly host: number;
  readonly logGroup: string | null;
  readonly logFormat: 'json' | 'plain';
  readonly linesPerSecond: Timeline;
  readonly line: (random: Random) => { readonly level: 'info' | 'warn' | 'error'; readonly message: string };
};

/**
 * The internet knocking: SYNs from anywhere to a gateway's interface (which AWS writes as ACCEPT, although the gateway
 * drops them) or to a host whose security group rejects them. Nothing answers.
 */
export type Strangers = {
  readonly at: { readonly kind: 'gateway' | 'host'; readonly index: number };
  readonly knocksPerSecond: Timeline;
};

/** Windows of an interface's flow log that AWS writes as SKIPDATA instead of records. */
export type FlowTrouble = {
  readonly kind: 'skip-data';
  readonly interfaceId: string;
  readonly startSecond: number;
  readonly endSecond: number;
  /** Part of the records in the window that are lost. */
  readonly share: number;
};

export type SimLoadBalancer = {
  readonly arnSuffix: string;
  readonly allocationErrorsPerMinute: Timeline;
  readonly newFlowsPerMinute: Timeline;
};

export type Verdict = 'exhaustion' | 'pressure' | 'capacity' | 'look-alike' | 'calm';

/** What a scenario declares; the exact times, shares and peaks are measured while it runs. */
export type Labels = {
  readonly verdict: Verdict;
  readonly incidents: readonly IncidentLabel[];
  /** Kinds under which the look-alike may be ruled out, each an accepted reason. */
  readonly ruledOut: readonly string[];
  /** Further findings that are true of this world without being what it is about. */
  readonly alsoTrue: readonly FindingKind[];
};

export type IncidentLabel = {
  readonly kind: FindingKind;
  readonly layer: Layer;
  /** Every cause that is a fair name for the mechanism, the best first. */
  readonly causes: readonly Cause[];
  readonly subject: { readonly type: string; readonly id: string };
  /** Services whose destinations run out, indices into `World.services`. */
  readonly services: readonly number[];
  /** Workloads that take the ports, indices into `World.workloads`. */
  readonly culprits: readonly number[];
  readonly onsetSecond: number;
  readonly endSecond: number;
  /**
   * Seconds at which the course of things turns by what nobody could foresee: someone acts, a step follows a step. A
   * forecast made before such a turn is about another course.
   */
  readonly turnSeconds?: readonly number[];
  /** What no evidence that is written can tell; `ramp`: nothing at all before the first failure. */
  readonly hidden?: readonly ('destination' | 'source' | 'ramp')[];
};
