import { expect } from 'vitest';
import { type AnalysisRequest, type AnalysisResult, analyze } from '../../shared/core/analyze.ts';
import { type AllSeries, buildSeries } from '../../shared/core/correlate/build-series.ts';
import type { Detector, Evaluation, EvaluationContext, Series } from '../../shared/core/detect/detector.ts';
import type { HostSeries } from '../../shared/core/detect/host-series.ts';
import { mergeObservations } from '../../shared/core/detect/merge-observations.ts';
import type { NatSeries } from '../../shared/core/detect/nat-series.ts';
import type { Destination } from '../../shared/core/model/destination.ts';
import {
  EMPTY_INVENTORY,
  type Inventory,
  type NatAddress,
  type NatGateway,
  type NetworkInterface,
  type RouteTable,
  type Subnet,
} from '../../shared/core/model/inventory.ts';
import {
  type ConnectErrorMinute,
  type FlowCoverageMinute,
  type FlowMinute,
  LIFETIME_BUCKETS,
  type MetricMinute,
  type MetricName,
  type Observation,
  type SocketMinute,
} from '../../shared/core/model/observation.ts';
import { PART_VERSION, type Part } from '../../shared/core/model/part.ts';
import { portSetOf } from '../../shared/core/model/port-set.ts';
import type { Reading } from '../../shared/core/model/reading.ts';
import { type Settings, settingsSchema } from '../../shared/core/model/settings.ts';
import { stableHash } from '../../shared/core/model/stable-hash.ts';
import { type Minute, MINUTE_MS, minuteEndMs, minuteOf, minuteStartMs } from '../../shared/core/model/time.ts';
import { packParts } from './flow-rows/pack-parts.ts';

/** A boring valid object for everything the core reads; tests say only what matters to them. */

/** 2026-01-01T10:00:00Z. */
export const START: Minute = minuteOf(Date.UTC(2026, 0, 1, 10));
export const DESTINATION: Destination = { address: '203.0.113.10', port: 443, protocol: 6 };
export const OTHER_DESTINATION: Destination = { address: '203.0.113.11', port: 443, protocol: 6 };
export const CLIENT = '10.0.1.5';
export const CLIENT_INTERFACE = 'eni-0c000000000000005';
export const NAT_ID = 'nat-0123456789abcdef0';
export const NAT_ADDRESS = '10.0.0.220';
export const NAT_INTERFACE = 'eni-0a000000000000220';

/** `count` ports from `from` on. */
export const portsFrom = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

export const settings = (override: Parameters<typeof settingsSchema.parse>[0] & object = {}): Settings =>
  settingsSchema.parse(override);

type PortLists = { readonly [K in 'ports' | 'opened' | 'answered' | 'closed']?: Iterable<number> };

/** Ports in `opened`, `answered` and `closed` are in `ports` too, as every record's port is. */
export function flowMinute({
  ports = [],
  opened = [],
  answered = [],
  closed = [],
  ...override
}: Partial<Omit<FlowMinute, keyof PortLists>> & PortLists = {}): FlowMinute {
  return {
    kind: 'flow',
    minute: START,
    interfaceId: CLIENT_INTERFACE,
    localAddress: CLIENT,
    destination: DESTINATION,
    via: null,
    ports: portSetOf([...ports, ...opened, ...answered, ...closed]),
    opened: portSetOf(opened),
    answered: portSetOf(answered),
    closed: portSetOf(closed),
    opensInferred: false,
    overlap: [0, 0, 0, 0],
    bytes: 1_000,
    packets: 10,
    records: 1,
    rejected: 0,
    lifetimes: Array.from({ length: LIFETIME_BUCKETS }, () => 0),
    ...override,
  };
}

export const flowCoverageMinute = (override: Partial<FlowCoverageMinute> = {}): FlowCoverageMinute => ({
  kind: 'flow-coverage',
  minute: START,
  interfaceId: NAT_INTERFACE,
  records: 1,
  noData: 0,
  skipData: 0,
  ...override,
});

export const metricMinute = (override: Partial<MetricMinute> = {}): MetricMinute => ({
  kind: 'metric',
  minute: START,
  resourceType: 'nat-gateway',
  resourceId: NAT_ID,
  metric: 'ErrorPortAllocation',
  value: 0,
  periodMinutes: 1,
  ...override,
});

/** One NAT metric over several minutes, one datapoint each from `start` on; null leaves a minute out. */
export const metricRun = (
  metric: MetricName,
  values: readonly (number | null)[],
  start: Minute = START,
): MetricMinute[] =>
  values.flatMap((value, i) => (value === null ? [] : [metricMinute({ metric, value, minute: start + i })]));

/** `events` distinct events, spread over the minute from its second 0 on; ids derive from minute and `seed`. */
export function connectErrorMinute({
  events = 1,
  seed = '',
  ...override
}: Partial<ConnectErrorMinute> & { readonly events?: number; readonly seed?: string } = {}): ConnectErrorMinute {
  const minute = override.minute ?? START;
  const eventIds = Array.from({ length: events }, (_, i) => stableHash(`${seed} ${minute} ${i}`)).sort();
  return {
    kind: 'connect-error',
    minute,
    signature: 'node-eaddrnotavail',
    verdict: 'connect-exhaustion',
    certainty: 1,
    runtime: 'node',
    logSource: { group: '/ecs/checkout', stream: null, service: null },
    destination: { host: DESTINATION.address, port: DESTINATION.port },
    localAddress: null,
    eventIds,
    firstEventMs: minuteStartMs(minute),
    lastEventMs: minuteStartMs(minute) + Math.max(0, events - 1),
    samples: eventIds.slice(0, 1).map((eventId) => ({ eventId, text: 'connect EADDRNOTAVAIL 203.0.113.10:443' })),
    ...override,
  };
}

export const socketMinute = (override: Partial<SocketMinute> = {}): SocketMinute => ({
  kind: 'socket',
  minute: START,
  host: 'checkout-1',
  localAddress: CLIENT,
  destination: DESTINATION,
  timeWait: 0,
  established: 0,
  portsInUse: 0,
  localRange: { low: 32_768, high: 60_999 },
  ...override,
});

const FIELDS = ['end', 'pkt-dstaddr', 'pkt-srcaddr', 'start', 'tcp-flags'];

/** Its id derives from its observations, as real ids derive from the input. */
export function part(observations: readonly Observation[], override: Partial<Part> = {}): Part {
  const scope = override.scope ?? 'vpc-0123456789abcdef0';
  return {
    version: PART_VERSION,
    id: override.id ?? stableHash(JSON.stringify([scope, observations])),
    source: 'flow-log',
    scope,
    input: 'test',
    fields: FIELDS,
    observations,
    ...override,
  };
}

/** What an input's reader gave, as parts: one per scope. */
export const partsOf = (reading: Reading, id: string): Part[] =>
  reading.source === 'inventory'
    ? []
    : reading.scopes.map(({ scope, observations }) => ({
        version: PART_VERSION,
        id: stableHash(`${id} ${scope}`),
        source: reading.source as Part['source'],
        scope,
        input: id,
        fields: reading.fields,
        observations,
      }));

export const natAddress = (override: Partial<NatAddress> = {}): NatAddress => ({
  privateAddress: NAT_ADDRESS,
  publicAddress: '198.51.100.10',
  interfaceId: NAT_INTERFACE,
  availabilityZone: null,
  ...override,
});

export const natGateway = (override: Partial<NatGateway> = {}): NatGateway => ({
  id: NAT_ID,
  vpcId: 'vpc-0123456789abcdef0',
  subnetId: null,
  regional: false,
  isPrivate: false,
  name: null,
  addresses: [natAddress()],
  ...override,
});

export const networkInterface = (override: Partial<NetworkInterface> = {}): NetworkInterface => ({
  id: CLIENT_INTERFACE,
  vpcId: 'vpc-0123456789abcdef0',
  subnetId: null,
  addresses: [CLIENT],
  interfaceType: 'interface',
  description: '',
  instanceId: null,
  owner: null,
  ...override,
});

export const subnet = (override: Partial<Subnet> = {}): Subnet => ({
  id: 'subnet-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  cidr: '10.0.1.0/24',
  name: null,
  ...override,
});

export const routeTable = (override: Partial<RouteTable> = {}): RouteTable => ({
  id: 'rtb-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  isMain: true,
  subnetIds: [],
  natRoutes: [{ destinationCidr: '0.0.0.0/0', natGatewayId: NAT_ID }],
  ...override,
});

export const inventory = (override: Partial<Inventory> = {}): Inventory => ({ ...EMPTY_INVENTORY, ...override });
/** An inventory with the one gateway that the recipes below speak of. */
export const natInventory = (override: Partial<NatGateway> = {}): Inventory =>
  inventory({ natGateways: [natGateway(override)] });

/** What happened to ports towards one destination through the NAT gateway in one minute. */
export type NatRecipe = {
  readonly minute?: Minute;
  readonly client?: string;
  readonly destination?: Destination;
  /** Opened, answered and (unless `closes` is false) closed in the minute. */
  readonly opened?: Iterable<number>;
  readonly closes?: boolean;
  /** Entered the gateway and found no port: only the client leg knows of them. */
  readonly failed?: Iterable<number>;
  /** Left the gateway and were never answered: both legs know of them. */
  readonly silent?: Iterable<number>;
  /** Open before and after the minute, with traffic in it. */
  readonly standing?: Iterable<number>;
  /** Those of them that close in it. */
  readonly ending?: Iterable<number>;
  readonly bytes?: number;
};

/** The two rows of one minute, client leg and NAT leg; both use the same port numbers for simplicity. */
export function natMinute({
  minute = START,
  client = CLIENT,
  destination = DESTINATION,
  opened = [],
  closes = true,
  failed = [],
  silent = [],
  standing = [],
  ending = [],
  bytes = 1_000,
}: NatRecipe = {}): FlowMinute[] {
  const [ok, lost, unheard, old] = [[...opened], [...failed], [...silent], [...standing]];
  const overlap = [0, 0, 0, 0].map(() => old.length);
  const common = { minute, interfaceId: NAT_INTERFACE, destination, overlap, bytes };
  const answered = [...ok, ...old];
  const closed = [...(closes ? ok : []), ...ending];
  const leg = { ports: old, answered, closed };
  return [
    flowMinute({
      ...common,
      ...leg,
      localAddress: client,
      via: NAT_ADDRESS,
      opened: [...ok, ...lost, ...unheard],
      // What the gateway drops enters it and does not leave.
      packets: 10 + lost.length,
    }),
    flowMinute({ ...common, ...leg, localAddress: NAT_ADDRESS, opened: [...ok, ...unheard] }),
  ];
}

/**
 * Consecutive minutes of `natMinute`, from `start` on; `rows(i)` says what differs in each. What no longer stands in the
 * next minute ends, as connections do.
 */
export function natRun(minutes: number, rows: (i: number) => NatRecipe, start: Minute = START): FlowMinute[] {
  const recipes = Array.from({ length: minutes }, (_, i) => rows(i));
  return recipes.flatMap((recipe, i) => {
    const next = recipes[i + 1];
    const ending = next === undefined ? [] : new Set(recipe.standing).difference(new Set(next.standing));
    return natMinute({ minute: start + i, ending, ...recipe });
  });
}

/** Ten calm minutes, ten of failures, ten of calm: flows and the metric agree. A gateway of 1,000 ports. */
export function natIncident(): { readonly observations: Observation[]; readonly settings: Settings } {
  const flows = natRun(30, (i) => {
    const bad = i >= 10 && i < 20;
    return {
      opened: portsFrom(1_024 + i * 100, 100),
      standing: bad ? portsFrom(10_000, 900) : [],
      failed: bad ? portsFrom(20_000 + i * 50, 50) : [],
    };
  });
  const errors = metricRun(
    'ErrorPortAllocation',
    Array.from({ length: 30 }, (_, i) => (i >= 10 && i < 20 ? 150 : 0)),
  );
  return { observations: [...flows, ...errors], settings: settings({ natPortsPerAddress: 1_000 }) };
}

/** Calm, then a burst of EADDRNOTAVAIL while churn uses up a host's 500 ports, then calm. */
export function hostIncident(): { readonly observations: Observation[]; readonly settings: Settings } {
  const flows = Array.from({ length: 30 }, (_, i) => {
    const bad = i >= 10 && i < 20;
    const opened = bad ? portsFrom(40_000, 500) : portsFrom(40_000 + i * 10, 10);
    return flowMinute({ minute: START + i, opened, answered: opened, closed: opened });
  });
  const logs = Array.from({ length: 10 }, (_, i) => connectErrorMinute({ minute: START + 10 + i, events: 40 }));
  return {
    observations: [...flows, ...logs],
    settings: settings({ portRange: { low: 40_000, high: 40_499 } }),
  };
}

type Given = { readonly inventory?: Inventory; readonly settings?: Settings; readonly nowMs?: number };

export const seriesOf = (observations: readonly Observation[], given: Given = {}): AllSeries =>
  buildSeries(mergeObservations([part(observations)]), given.inventory ?? natInventory(), given.settings ?? settings());

/** The only NAT gateway's series that the observations make. */
export function natSeriesOf(observations: readonly Observation[], given: Given = {}): NatSeries {
  const { nats } = seriesOf(observations, given);
  if (nats.length !== 1) throw new Error(`${nats.length} NAT series: ${nats.map(({ natId }) => natId).join(', ')}`);
  return nats[0] as NatSeries;
}

/** The host series about `subject` (the client by default). */
export function hostSeriesOf(observations: readonly Observation[], given: Given = {}, subject = CLIENT): HostSeries {
  const { hosts } = seriesOf(observations, given);
  const found = hosts.find((series) => series.subject.id === subject);
  if (!found) throw new Error(`no host series about ${subject}: ${hosts.map((host) => host.subject.id).join(', ')}`);
  return found;
}

/** Everything is final unless `nowMs` says otherwise. */
export const contextOf = ({ settings: own = settings(), nowMs = Infinity }: Given = {}): EvaluationContext => ({
  settings: own,
  isFinal: (minute) => minuteEndMs(minute) + own.latenessMinutes * MINUTE_MS <= nowMs,
});

export const evaluateAt = <S extends Series>(
  detector: Detector<S>,
  series: S,
  minute: Minute,
  given: Given = {},
): Evaluation => detector.evaluate(series, minute, contextOf(given));

/** On files `now` is the last observation plus the lateness bound; so it is here. */
export function analyzeParts(parts: readonly Part[], override: Partial<AnalysisRequest> = {}): AnalysisResult {
  const own = override.settings ?? settings();
  const last = parts
    .flatMap(({ observations }) => observations.map(({ minute }) => minute))
    .reduce((a, b) => Math.max(a, b), 0);
  const request = {
    parts,
    inventory: natInventory(),
    actions: [],
    episodes: [],
    settings: own,
    nowMs: minuteEndMs(last) + own.latenessMinutes * MINUTE_MS,
    ...override,
  };
  const result = analyze(request);
  // What files are read into says the same, to the last word, in whatever test.
  const hasFlows = parts.some(({ observations }) => observations.some(({ kind }) => kind === 'flow'));
  if (hasFlows) expect(JSON.stringify(analyze({ ...request, parts: packParts(parts) }))).toBe(JSON.stringify(result));
  return result;
}

export const analyzeRows = (
  observations: readonly Observation[],
  override: Partial<AnalysisRequest> = {},
): AnalysisResult => analyzeParts([part(observations)], override);
