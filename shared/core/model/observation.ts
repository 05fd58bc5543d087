import type { Address } from './address.ts';
import type { Destination, NamedDestination } from './destination.ts';
import type { PortSet } from './port-set.ts';
import type { Minute } from './time.ts';

/**
 * What happened in one minute, as one kind of source says it. Observations are what parts hold and what detection
 * reads; every kind merges by union, by sums over distinct parts or by maxima, so order and duplication cannot matter.
 */
export type Observation = FlowMinute | FlowCoverageMinute | ConnectErrorMinute | MetricMinute | SocketMinute;

/** The subject a part is about, and the unit of storage: `nat-…`, `vpc-…`, an account, or an interface: see ADR 2. */
export type ScopeId = string;

/** Upper bounds in milliseconds of the lifetime histogram's first buckets; one last bucket holds all longer ones. */
export const LIFETIME_BOUNDS_MS = [1_000, 2_000, 5_000, 15_000, 60_000, 350_000] as const;
export const LIFETIME_BUCKETS = LIFETIME_BOUNDS_MS.length + 1;

/** Seconds of the minute at which overlapping flows are counted. */
export const OVERLAP_SECONDS = [0, 15, 30, 45] as const;

/**
 * Connections from one local address to one destination in one minute, seen at one network interface, replies folded
 * into the initiator's row. Addresses are packet-level (`pkt-srcaddr`/`pkt-dstaddr`) where the format has them.
 */
export type FlowMinute = {
  readonly kind: 'flow';
  readonly minute: Minute;
  /** `interface-id`; the `resource-id` where that is `-` (regional NAT gateways); `-` when the format has neither. */
  readonly interfaceId: string;
  /** The initiator, whose ports are counted. */
  readonly localAddress: Address;
  readonly destination: Destination;
  /**
   * The interface-level address that accepted the packets when it differs from `destination.address`: a connection
   * that this interface forwards. At a NAT gateway these rows are the client legs, and `via` is its private address.
   */
  readonly via: Address | null;
  /** The initiator's ports with any record in this minute. */
  readonly ports: PortSet;
  /** Ports with a client's open, `(tcp-flags & 2) && !(tcp-flags & 16)`, that started in this minute; empty when inferred. */
  readonly opened: PortSet;
  /** Ports with at least one record from the destination back to the initiator. */
  readonly answered: PortSet;
  /** Ports with a FIN or RST from either side. */
  readonly closed: PortSet;
  /** True when the format carries no flags or the protocol has none: opens are then derived from unseen ports. */
  readonly opensInferred: boolean;
  /** Initiator-side flows whose [start, end] covers second 0, 15, 30 and 45 of the minute. */
  readonly overlap: readonly number[];
  readonly bytes: number;
  readonly packets: number;
  readonly records: number;
  /** Records with `action` REJECT (counted in `records` too). */
  readonly rejected: number;
  /** Closed flows by duration, `LIFETIME_BUCKETS` long, in the minute they ended. */
  readonly lifetimes: readonly number[];
};

/** Whether an interface's records for a minute are whole. SKIPDATA means flows were lost, and is never zero traffic. */
export type FlowCoverageMinute = {
  readonly kind: 'flow-coverage';
  readonly minute: Minute;
  readonly interfaceId: string;
  readonly records: number;
  readonly noData: number;
  readonly skipData: number;
};

/**
 * Verdict on one log event; `nat-timeout-suspect` is weak evidence and never enough alone. The four after it are of
 * connections that failed for want of something else than ports.
 */
export type LogVerdict =
  | 'connect-exhaustion'
  | 'connect-misconfig'
  | 'bind-misconfig'
  | 'conntrack-full'
  | 'nat-timeout-suspect'
  | 'connection-refused'
  | 'name-resolution'
  | 'too-many-files'
  | 'pool-exhausted'
  | 'other';

/** Where a log event came from: a log group and stream, or a file; `service` when the event names its own. */
export type LogSource = { readonly group: string; readonly stream: string | null; readonly service: string | null };

/** Log events of one signature from one log source about one destination in one minute. */
export type ConnectErrorMinute = {
  readonly kind: 'connect-error';
  readonly minute: Minute;
  readonly signature: string;
  readonly verdict: LogVerdict;
  /** Highest certainty (0–1) of the events: how far their text alone supports the verdict. */
  readonly certainty: number;
  readonly runtime: string | null;
  readonly logSource: LogSource;
  readonly destination: NamedDestination | null;
  readonly localAddress: Address | null;
  /** Ascending 64-bit hashes of event ids as 16 hexadecimal digits; at most `EVENT_IDS_LIMIT`, the smallest kept. */
  readonly eventIds: readonly string[];
  /** Events in the minute of the earliest and latest event, epoch milliseconds. */
  readonly firstEventMs: number;
  readonly lastEventMs: number;
  /** At most `SAMPLES_LIMIT` redacted texts, those with the smallest event ids. */
  readonly samples: readonly LogSample[];
  /** The events' texts name no zone and were taken as UTC; absent where they do, and where the carrier says the time. */
  readonly zoneAssumed?: true;
  /** By how much the log's clock was found to be ahead of the other sources: the times here are without it. */
  readonly clockAheadMinutes?: number;
};

export type LogSample = { readonly eventId: string; readonly text: string };

export const EVENT_IDS_LIMIT = 10_000;
export const SAMPLES_LIMIT = 3;
export const SAMPLE_TEXT_LIMIT = 500;

export type MetricName =
  | 'ErrorPortAllocation'
  | 'ActiveConnectionCount'
  | 'ConnectionAttemptCount'
  | 'ConnectionEstablishedCount'
  | 'IdleTimeoutCount'
  | 'PacketsDropCount'
  | 'PeakBytesPerSecond'
  | 'PeakPacketsPerSecond'
  | 'PortAllocationErrorCount'
  | HostMetricName;

/**
 * Sockets of a host by TCP state as the CloudWatch agent counts them: towards all destinations together, incoming ones
 * included, in the agent's own network namespace.
 */
export const HOST_METRICS = [
  'netstat_tcp_time_wait',
  'netstat_tcp_established',
  'netstat_tcp_close_wait',
  'netstat_tcp_syn_sent',
] as const;
export type HostMetricName = (typeof HOST_METRICS)[number];

/** A `host` is an EC2 instance, by its id. */
export type MetricResourceType = 'nat-gateway' | 'load-balancer' | 'host';

/** One datapoint, in the minute it starts. `resourceId` is null when the file names no resource. */
export type MetricMinute = {
  readonly kind: 'metric';
  readonly minute: Minute;
  readonly resourceType: MetricResourceType;
  readonly resourceId: string | null;
  readonly metric: MetricName;
  readonly value: number;
  /** 1 unless the datapoint covers more minutes. */
  readonly periodMinutes: number;
};

/** One host's sockets towards one destination; counts are maxima over the minute. */
export type SocketMinute = {
  readonly kind: 'socket';
  readonly minute: Minute;
  readonly host: string;
  readonly localAddress: Address;
  readonly destination: Destination;
  readonly timeWait: number;
  readonly established: number;
  /** Distinct local ports towards the destination in any state that holds a port. */
  readonly portsInUse: number;
  /** The host's ephemeral range, both ends included, when the table carries it. */
  readonly localRange: PortRange | null;
};

/** Both ends included. */
export type PortRange = { readonly low: number; readonly high: number };

export const rangeSize = ({ low, high }: PortRange): number => high - low + 1;
