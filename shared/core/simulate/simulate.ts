import { deliverInventory, subnetOf } from './describe-output.ts';
import { joinBytes, type Delivery, type Sink } from './deliveries.ts';
import { playSecond } from './engine.ts';
import {
  createEngineSchedule,
  createGatewayState,
  createHostStates,
  createTracked,
  flattenDestinations,
  type Engine,
} from './engine-state.ts';
import { lineWriter } from './flow-format.ts';
import { finishFlowLog, type FlowLog, type FlowLogOptions } from './flow-log-output.ts';
import { windowOf, type Tap } from './flow-tap.ts';
import { createLogOutput, deliverLogs, type LogShape } from './log-output.ts';
import { deliverMetricData, deliverMetricStatistics, deliverMetricStream, type MetricPoint } from './metric-output.ts';
import { createRandom, type Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { createTruthRecorder } from './truth-recorder.ts';
import { truthOf, type Truth } from './truth.ts';
import type { World, WorldSettings } from './world.ts';

export type SimulateOptions = {
  readonly seed: number;
  /** Epoch milliseconds, on a whole hour; by default a Tuesday in March 2026. */
  readonly startMs?: number;
  readonly flow?: Partial<FlowLogOptions>;
  /** A metric stream's lines minute by minute, or at the end the answers of one of two calls per resource. */
  readonly metrics?: 'stream' | 'get-metric-data' | 'get-metric-statistics';
  readonly logs?: LogShape;
  /** Overrides the format that each workload logs in. */
  readonly logFormat?: 'json' | 'plain';
};

export type Simulated = { readonly truth: Truth; readonly settings: WorldSettings };

export const DEFAULT_START_MS = Date.UTC(2026, 2, 3, 10);

const FLOW_DEFAULTS: FlowLogOptions = {
  format: 'nat15',
  level: 'nat',
  intervalSeconds: 60,
  delivery: 's3',
  objectSeconds: 300,
  lossShare: 0,
  duplicateShare: 0,
};

/**
 * Logs begin in the middle of life, not with an empty gateway: this much is played before anything is recorded. It is
 * longer than the longest time for which a port outlives its last packet.
 */
const PRE_ROLL_SECONDS = 480;

/**
 * Plays a scenario second by second and hands over what AWS would have written, as it would have been finished.
 * The same scenario, seed and options give the same bytes.
 */
export function simulateTo(scenario: Scenario, options: SimulateOptions, sink: Sink): Simulated {
  const play = simulateByMinute(scenario, options, sink);
  let step = play.next();
  while (!step.done) step = play.next();
  return step.value;
}

const randomOf = ({ name }: Scenario, seed: number): Random => createRandom(`${name}#${seed}`);

/** What the operator of this world knows and would set, before it is played. */
export const settingsOf = (scenario: Scenario, seed: number): WorldSettings =>
  scenario.draw(randomOf(scenario, seed).fork('world')).settings;

/** The same, with a pause after each minute (its end, in epoch milliseconds) for whoever watches while it goes on. */
export function* simulateByMinute(
  scenario: Scenario,
  options: SimulateOptions,
  sink: Sink,
): Generator<number, Simulated> {
  const random = randomOf(scenario, options.seed);
  const world = withLogFormat(scenario.draw(random.fork('world')), options.logFormat);
  const startMs = options.startMs ?? DEFAULT_START_MS;
  let isRecording = false;
  const record: Sink = (delivery) => {
    if (isRecording) sink(delivery);
  };
  const flow = { ...FLOW_DEFAULTS, ...options.flow };
  const engine = createEngine(world, startMs, flow, options.logs ?? 'files', random, record);
  const kept: MetricPoint[] = [];
  const isKept = options.metrics !== undefined && options.metrics !== 'stream';
  let addresses = '';
  for (let second = -PRE_ROLL_SECONDS; second < world.durationSeconds; second += 1) {
    isRecording = second >= 0;
    if (isRecording && second % 60 === 0 && addresses !== (addresses = addressesAt(world, second)))
      deliverInventory(sink, world, startMs, second);
    playSecond(engine, second, (points, minuteStartMs) => {
      if (points.length === 0 || !isRecording) return;
      if (isKept) kept.push(...points);
      else deliverMetricStream(sink, points, minuteStartMs);
    });
    if (isRecording && second % 60 === 59) yield startMs + (second + 1) * 1000;
  }
  const endMs = startMs + world.durationSeconds * 1000;
  deliverLogs(engine.logs, endMs);
  finishFlowLog(engine.flowLog, endMs);
  const deliverKept = options.metrics === 'get-metric-statistics' ? deliverMetricStatistics : deliverMetricData;
  if (kept.length > 0) deliverKept(sink, kept, endMs);
  return { truth: truthOf(engine, scenario, options.seed), settings: world.settings };
}

/** The whole output in memory: deliveries of one path are one file. */
export function simulate(
  scenario: Scenario,
  options: SimulateOptions,
): Simulated & { readonly deliveries: readonly Delivery[]; readonly files: ReadonlyMap<string, Uint8Array> } {
  const deliveries: Delivery[] = [];
  const simulated = simulateTo(scenario, options, (delivery) => deliveries.push(delivery));
  return { ...simulated, deliveries, files: filesOf(deliveries) };
}

/** Log batches are appended to their stream's file; of inventory answers the latest stands. */
export function filesOf(deliveries: readonly Delivery[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [path, ofPath] of Map.groupBy(deliveries, (delivery) => delivery.path)) {
    const [first] = ofPath;
    const pieces = first?.kind === 'app-log' ? ofPath : ofPath.slice(-1);
    files.set(path, joinBytes(pieces.map(({ bytes }) => bytes)));
  }
  return files;
}

const addressesAt = (world: World, second: number): string =>
  world.gateways.map(({ addressesInUse }) => Math.round(addressesInUse(second))).join(',') || 'none';

function withLogFormat(world: World, logFormat: 'json' | 'plain' | undefined): World {
  if (!logFormat) return world;
  return {
    ...world,
    workloads: world.workloads.map((workload) => ({ ...workload, logFormat })),
    chatter: world.chatter.map((chatter) => ({ ...chatter, logFormat })),
  };
}

function createEngine(
  world: World,
  startMs: number,
  flow: FlowLogOptions,
  logShape: LogShape,
  random: Random,
  sink: Sink,
): Engine {
  const taps = createTaps(world, startMs, flow, random.fork('taps'));
  const flowLog: FlowLog = {
    options: flow,
    taps: everyTap(taps),
    troubles: world.flowTroubles,
    startMs,
    line: lineWriter(flow.format),
    random: random.fork('flow-log'),
    sink,
    pending: new Map(),
  };
  return {
    world,
    startMs,
    random: random.fork('engine'),
    schedule: createEngineSchedule(world, startMs),
    hosts: createHostStates(world),
    tracked: createTracked(world),
    gateways: createGatewayState(world),
    workloads: world.workloads.map(() => ({ open: new Set(), inFlight: 0 })),
    ...flattenDestinations(world),
    taps,
    flowLog,
    logs: createLogOutput(sink, random.fork('logs'), flow.duplicateShare, logShape),
    truth: createTruthRecorder(world.labels.incidents.length),
  };
}

type Tapped = {
  readonly interfaceId: string;
  readonly zone: string | null;
  readonly instanceId?: string | null;
  readonly resourceId?: string | null;
};

/** A flow log on the NAT gateways' interfaces alone sees neither hosts nor services. */
function createTaps(world: World, startMs: number, flow: FlowLogOptions, random: Random): Engine['taps'] {
  const intervalMs = flow.intervalSeconds * 1000;
  const everywhere = flow.level === 'vpc';
  const tap = (
    role: Tap['role'],
    { interfaceId, zone, instanceId = null, resourceId = null }: Tapped,
    subnetId: string,
  ): Tap => {
    const phaseMs = random.integer(0, Math.min(intervalMs, 60_000) / 1000 - 1) * 1000;
    const created: Tap = {
      interfaceId,
      role,
      subnetId,
      instanceId,
      resourceId,
      zone,
      intervalMs,
      phaseMs,
      legs: new Set(),
      windows: new Map(),
      nextWindow: 0,
    };
    created.nextWindow = windowOf(created, startMs - PRE_ROLL_SECONDS * 1000);
    return created;
  };
  return {
    hosts: world.hosts.map((host) => (everywhere ? tap('client', host, subnetOf('private', host.zone)) : null)),
    gateways: world.gateways.map((gateway) =>
      tap(
        'nat',
        { ...gateway, resourceId: gateway.id },
        gateway.zone === null ? '-' : subnetOf('public', gateway.zone),
      ),
    ),
    services: world.services.map(({ interfaceId }) =>
      interfaceId === null || !everywhere ? null : tap('server', { interfaceId, zone: 'a' }, subnetOf('private', 'a')),
    ),
  };
}

const everyTap = ({ hosts, gateways, services }: Engine['taps']): Tap[] =>
  [...hosts, ...gateways, ...services].filter((tap): tap is Tap => tap !== null);
