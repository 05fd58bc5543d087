import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import type { World } from '../world.ts';
import { hosts, minutes, natIncident, workload, world } from './kit.ts';
import { PARTNER, shop } from './shop.ts';

const FULL_PORTS = 55_000;
const SCALED_HOSTS = 24;

type Scale = {
  readonly addressCount: number;
  readonly warmUpMinutes: number;
  readonly rampMinutes: number;
  /** New connections a second before the ramp, as a part of what fills the gateway. */
  readonly from: number;
};

/** Churn over enough tasks that no task’s own ports run out before the gateway’s. */
function draw(random: Random, { addressCount, warmUpMinutes, rampMinutes, from }: Scale): World {
  const built = shop(random, { portsPerAddress: FULL_PORTS, addressCount, holdSeconds: 60 });
  const tasks = hosts(31, SCALED_HOSTS, 'fetch');
  const indices = tasks.map((_, index) => built.hosts.length + index);
  const full = built.fullRate(0.25);
  const warmUp = minutes(warmUpMinutes);
  const peak = warmUp + minutes(rampMinutes);
  const fixed = peak + minutes(2);
  return world({
    ...built,
    hosts: [...built.hosts, ...tasks],
    durationSeconds: fixed + minutes(4),
    gateways: [built.gateway],
    workloads: [
      workload(
        'fetch',
        indices,
        PARTNER,
        until(fixed, ramp(full * from, full * 1.2, warmUp, peak), constant(full * from)),
        {
          runtime: 'go',
          logFormat: built.logFormat,
          successLogShare: 0.0005,
        },
      ),
      ...built.background.map((each) => ({ ...each, arrivalsPerSecond: constant(3) })),
    ],
    labels: {
      verdict: 'exhaustion',
      incidents: [
        natIncident(built.gateway.id, {
          causes: ['churn', 'growth'],
          services: [PARTNER],
          culprits: [0],
          onsetSecond: warmUp,
          endSecond: fixed + minutes(2),
        }),
      ],
      ruledOut: [],
      alsoTrue: ['connection-rate-spike'],
    },
  });
}

const MECHANISM =
  'Every address has its 55,000 ports, and a connection is opened per request from two dozen tasks; requests grow until ' +
  '(rate × (lifetime + hold)) passes what all addresses have towards the one destination.';

export const natThousand: Scenario = {
  name: 'nat-1000-a-second',
  class: 'nat-at-scale',
  flowLevel: 'nat',
  title: 'A thousand new connections a second through one full-size address',
  mechanism: MECHANISM,
  draw: (random) => draw(random, { addressCount: 1, warmUpMinutes: 12, rampMinutes: 16, from: 0.45 }),
};

export const natThreeThousand: Scenario = {
  name: 'nat-3000-a-second',
  class: 'nat-at-scale',
  flowLevel: 'nat',
  title: 'Three thousand new connections a second through three full-size addresses',
  mechanism: MECHANISM,
  draw: (random) => draw(random, { addressCount: 3, warmUpMinutes: 6, rampMinutes: 8, from: 0.5 }),
};

export const natFiftyLeak: Scenario = {
  name: 'nat-50-a-second-leak',
  class: 'nat-at-scale',
  flowLevel: 'nat',
  title: 'Fifty connections a second that nobody closes, against 55,000 ports',
  mechanism:
    'A modest rate fills a full-size gateway when connections are never closed: a quarter of an hour of leaking at fifty ' +
    'a second holds 45,000 ports. Keep-alive probes keep each of them from idling out.',
  draw(random) {
    const built = shop(random, { portsPerAddress: FULL_PORTS });
    const tasks = hosts(31, 6, 'fetch');
    const indices = tasks.map((_, index) => built.hosts.length + index);
    const warmUp = minutes(15);
    const fixed = warmUp + minutes(28);
    return world({
      ...built,
      hosts: [...built.hosts, ...tasks],
      durationSeconds: fixed + minutes(6),
      gateways: [built.gateway],
      workloads: [
        workload('fetch', indices, PARTNER, constant(random.between(46, 54)), {
          runtime: 'java',
          logFormat: built.logFormat,
          successLogShare: 0.005,
          style: {
            kind: 'leak',
            keepAliveSeconds: 75,
            leaks: (second) => (second >= warmUp && second < fixed ? 0.97 : 0),
          },
          restartsAt: [fixed],
        }),
        ...built.background.map((each) => ({ ...each, arrivalsPerSecond: constant(3) })),
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['leak'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: warmUp,
            endSecond: fixed + minutes(2),
          }),
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
