import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { constant, ramp, until, type Timeline } from '../timeline.ts';
import type { World } from '../world.ts';
import {
  destination,
  hostIncident,
  hosts,
  LINUX_RANGE,
  minutes,
  pool,
  RUNTIMES,
  service,
  workload,
  world,
} from './kit.ts';

const WARM_UP = minutes(20);

/** One instance calls a service inside the VPC; `load` is new connections per second. */
function draw(random: Random, low: number, load: (full: number) => Timeline, onset: number, end: number): World {
  const range = { low, high: LINUX_RANGE.high };
  const all = hosts(1, 3, 'gateway', { platform: 'ec2', range });
  const full = (range.high - range.low + 1) / 60.2;
  const voice = { runtime: random.pick(RUNTIMES), logFormat: random.pick(['json', 'plain'] as const), gateway: null };
  return world({
    hosts: all,
    services: [
      service('catalogue', [destination('10.0.1.200', 8080)], { interfaceId: 'eni-0d00d00d00d00d001', roundTripMs: 1 }),
      service('sessions', [destination('10.0.1.201', 6379)], { interfaceId: 'eni-0d00d00d00d00d002', roundTripMs: 1 }),
    ],
    durationSeconds: end + minutes(8),
    workloads: [
      workload('gateway', [0], 0, load(full), { ...voice }),
      workload('gateway', [1, 2], 0, constant(full * 0.3), { ...voice }),
      workload('sessions', [0, 1, 2], 1, constant(0), { ...voice, ...pool(constant(30)) }),
    ],
    settings: low === LINUX_RANGE.low ? {} : { portRange: range },
    labels: {
      verdict: 'exhaustion',
      incidents: [
        hostIncident(all[0]?.address ?? '', {
          causes: ['churn', 'growth'],
          services: [0],
          culprits: [0],
          onsetSecond: onset,
          endSecond: end + 60,
        }),
      ],
      ruledOut: [],
      alsoTrue: ['connection-rate-spike'],
    },
  });
}

const MECHANISM =
  'A program opens a connection per request and closes it first, so the kernel keeps each local port in TIME_WAIT for ' +
  'a minute. Past (range / 60 s) new connections a second to one destination, connect() finds no port: EADDRNOTAVAIL.';

export const hostChurnRamp: Scenario = {
  name: 'host-churn-ramp',
  class: 'host-churn',
  flowLevel: 'vpc',
  title: 'One instance’s new connections grow until its local ports towards one service are used up',
  mechanism: MECHANISM,
  draw(random) {
    const rampSeconds = minutes(random.integer(15, 100));
    const end = WARM_UP + rampSeconds + minutes(6);
    const top = random.between(1.15, 1.35);
    const low = random.pick([60_500, 60_300, 60_100]);
    return draw(
      random,
      low,
      (full) => until(end, ramp(full * 0.3, full * top, WARM_UP, WARM_UP + rampSeconds), constant(full * 0.3)),
      WARM_UP,
      end,
    );
  },
};

export const hostChurnBurst: Scenario = {
  name: 'host-churn-burst',
  class: 'host-burst',
  flowLevel: 'vpc',
  title: 'A load test begins: local ports are gone within a minute',
  mechanism: MECHANISM,
  draw(random) {
    const end = WARM_UP + minutes(6);
    const top = random.between(1.6, 2.5);
    const low = random.pick([60_500, 60_300, 60_100]);
    return draw(
      random,
      low,
      (full) => until(end, ramp(full * 0.2, full * top, WARM_UP, WARM_UP + 5), constant(full * 0.2)),
      WARM_UP,
      end,
    );
  },
};
