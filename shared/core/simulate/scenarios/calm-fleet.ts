import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { constant, daily, everyMinute, nightly, pulses, times, type Timeline } from '../timeline.ts';
import type { Chatter, SimGateway, SimHost, SimService, Strangers, Workload, World } from '../world.ts';
import {
  calmLabels,
  destination,
  gateway,
  hosts,
  minutes,
  pool,
  RUNTIMES,
  service,
  SYN_DOUBLING,
  SYN_LINEAR,
  workload,
  world,
} from './kit.ts';

const GATEWAYS = 5;
const ZONES = ['a', 'b', 'c', 'd', 'e'] as const;
const DAYS = 7;
const HOUR = 3600;
/** The world begins at ten in the morning; daily cycles are by the clock. */
const BEGINS_AT = 10 * HOUR;

/** What one gateway carries, with indices as they are in the whole world. */
type Branch = {
  readonly gateway: SimGateway;
  readonly hosts: readonly SimHost[];
  readonly services: readonly SimService[];
  readonly workloads: readonly Workload[];
  readonly chatter: readonly Chatter[];
  readonly strangers: readonly Strangers[];
};

const byTheClock =
  (timeline: Timeline): Timeline =>
  (second) =>
    timeline(second + BEGINS_AT);

/** `index` says which zone, `firstHost` and `firstService` where its own begin in the world's lists. */
function branch(
  random: Random,
  portsPerAddress: number,
  index: number,
  firstHost: number,
  firstService: number,
): Branch {
  const nat = gateway(random, {
    zone: ZONES[index] as string,
    number: index,
    portsPerAddress,
    // A few gateways report errors that come and go whatever the load, and always did.
    baselineErrorsPerMinute: random.chance(0.25) ? random.between(0.3, 2) : 0,
  });
  const kernel = {
    zone: ZONES[index] as string,
    synSchedule: random.pick([SYN_DOUBLING, SYN_LINEAR]),
    platform: random.pick(['ec2', 'ecs'] as const),
  };
  const machines = [...hosts(1, 2, `orders-${index}`, kernel), ...hosts(11, 1, `worker-${index}`, kernel)];
  const [orders, worker] = [[firstHost, firstHost + 1], [firstHost + 2]];
  const voice = {
    gateway: index,
    runtime: random.pick(RUNTIMES),
    logFormat: random.pick(['json', 'plain'] as const),
    successLogShare: 0.002,
  };
  const cycle = byTheClock(daily(random.between(0.15, 0.5), random.integer(11, 17) * HOUR, random.between(0.4, 0.9)));
  const load = (timeline: Timeline): Timeline => everyMinute(times(cycle, timeline));
  const fullRate = portsPerAddress / (0.3 + nat.holdSeconds);
  // One gateway in five is busy with churn; most traffic elsewhere is pools, as it is in well-behaved programs.
  const churn = fullRate * (random.chance(0.2) ? random.between(0.35, 0.5) : random.between(0.04, 0.12));
  // Some gateways are nearly idle.
  const standing = portsPerAddress * (random.chance(0.25) ? random.between(0.03, 0.2) : random.between(0.35, 0.55));
  const batchAt = random.integer(0, HOUR - 1);
  const offset = index * 16;
  const services = [
    service('partner', [destination(`203.0.113.${10 + offset}`)], { state: blips(random) }),
    service('search', [destination(`203.0.113.${11 + offset}`)]),
    service('reports', [destination(`203.0.113.${12 + offset}`)], { latencyMs: constant(900) }),
    service('backup', [destination(`192.0.2.${40 + offset}`)], { latencyMs: constant(60_000) }),
    service('health', [destination(`192.0.2.${41 + offset}`)], { roundTripMs: 4, latencyMs: constant(15) }),
    service(
      'sites',
      Array.from({ length: 40 }, (_, site) => destination(`198.18.${index}.${site + 1}`)),
      { latencyMs: constant(700) },
    ),
  ];
  const at = (number: number): number => firstService + number;
  return {
    gateway: nat,
    hosts: machines,
    services,
    workloads: [
      workload('orders', orders, at(0), load(constant(churn)), { ...voice, retries: 2, connectTimeoutMs: 3000 }),
      workload('search', orders, at(1), constant(0), {
        ...voice,
        ...pool(load(constant(standing)), random.pick([1800, 5400]), 320),
      }),
      workload(
        'batch',
        worker,
        at(2),
        everyMinute(pulses(fullRate * random.between(0.1, 0.3), HOUR, minutes(3), batchAt)),
        {
          ...voice,
          runtime: null,
        },
      ),
      workload('backup', worker, at(3), everyMinute(byTheClock(nightly(0.05, 2 * HOUR + batchAt, minutes(40)))), {
        ...voice,
        runtime: null,
        responseBytes: 400_000_000,
      }),
      workload('health', orders, at(4), constant(0.05), { ...voice, closesFirst: 'server', runtime: null }),
      workload('crawl', worker, at(5), everyMinute(byTheClock(nightly(0.4, 4 * HOUR + batchAt, minutes(25)))), voice),
      // Deployments on weekday mornings make a small pool reconnect; some programs restart every few hours.
      workload('sessions', orders, at(1), constant(0), {
        ...voice,
        ...pool(constant(portsPerAddress * 0.06), 7200, 320),
        restartsAt: restarts(random),
      }),
    ],
    chatter: [ordinaryErrors(firstHost + 2, voice.logFormat)],
    strangers: [
      { at: { kind: 'gateway', index }, knocksPerSecond: everyMinute(constant(random.between(0.005, 0.05))) },
    ],
  };
}

/** The partner is silent for some seconds now and then; programs retry and go on. */
function blips(random: Random): SimService['state'] {
  const starts = Array.from({ length: DAYS }, () => random.integer(0, DAYS * 24 * HOUR));
  return (second) => (starts.some((start) => second >= start && second < start + 8) ? 'silent' : 'answers');
}

function restarts(random: Random): number[] {
  const deploys = Array.from({ length: DAYS }, (_, day) => day * 24 * HOUR + random.integer(0, 7 * HOUR));
  const everySeconds = random.pick([0, 6 * HOUR]);
  const regular = everySeconds === 0 ? [] : Array.from({ length: DAYS * 4 }, (_, n) => n * everySeconds + 1234);
  return [...deploys, ...regular];
}

const ORDINARY_ERRORS = [
  'connect ECONNREFUSED 10.0.1.77:5432',
  'read ECONNRESET',
  'getaddrinfo ENOTFOUND api.internal.example',
  'request to payment provider timed out after 30000 ms',
  'listen EADDRINUSE: address already in use :::9229',
  'connect EADDRNOTAVAIL ::1:9000 - Local (:::0)',
] as const;

const ordinaryErrors = (host: number, logFormat: 'json' | 'plain'): Chatter => ({
  host,
  logGroup: null,
  logFormat,
  linesPerSecond: constant(0.001),
  line: (drawn) => ({ level: 'error', message: drawn.pick(ORDINARY_ERRORS) }),
});

function draw(random: Random): World {
  const portsPerAddress = random.pick([200, 240]);
  const branches: Branch[] = [];
  for (let index = 0; index < GATEWAYS; index += 1) {
    const before = branches.slice();
    const firstHost = before.reduce((sum, each) => sum + each.hosts.length, 0);
    const firstService = before.reduce((sum, each) => sum + each.services.length, 0);
    branches.push(branch(random.fork(`branch-${index}`), portsPerAddress, index, firstHost, firstService));
  }
  return world({
    durationSeconds: DAYS * 24 * HOUR,
    gateways: branches.map((each) => each.gateway),
    hosts: branches.flatMap((each) => each.hosts),
    services: branches.flatMap((each) => each.services),
    workloads: branches.flatMap((each) => each.workloads),
    chatter: branches.flatMap((each) => each.chatter),
    strangers: branches.flatMap((each) => each.strangers),
    labels: calmLabels,
  });
}

export const calmFleet: Scenario = {
  name: 'calm-fleet',
  class: 'calm-fleet',
  flowLevel: 'nat',
  title: 'Five gateways through a week in which nothing is wrong',
  mechanism:
    'Every gateway has its own days and weekend: pools at about half of a budget, churn, hourly batches, nightly back-ups ' +
    'and crawls, health checks, deployments, restarts, a partner that is silent for seconds, scanners, ordinary errors, and ' +
    'here and there a few allocation errors that were always there.',
  draw,
};
