import type { Random } from '../random.ts';
import { constant } from '../timeline.ts';
import type { RuntimeName, SimGateway, SimHost, SimService, Workload } from '../world.ts';
import {
  destination,
  gateway,
  hosts,
  indicesOf,
  pool,
  RUNTIMES,
  service,
  SYN_DOUBLING,
  SYN_LINEAR,
  workload,
} from './kit.ts';

/**
 * A small shop behind one NAT gateway: three services of a few tasks each, a partner's API, and the ordinary traffic
 * that goes on beside whatever a scenario does. Service 0 is the partner; workloads of the scenario come first.
 */
export type Shop = {
  readonly gateway: SimGateway;
  readonly hosts: readonly SimHost[];
  readonly orders: readonly number[];
  readonly checkout: readonly number[];
  readonly billing: readonly number[];
  readonly services: readonly SimService[];
  readonly background: readonly Workload[];
  readonly runtime: RuntimeName;
  readonly logFormat: 'json' | 'plain';
  /** Ports of the gateway towards one destination, all addresses together. */
  readonly capacity: number;
  /** New connections per second that fill the gateway when each lives for `lifeSeconds`. */
  readonly fullRate: (lifeSeconds: number) => number;
};

export const PARTNER = 0;
export const CONTROL = 1;

/** Utilisation (0–1) that ordinary churn makes towards the control destination. */
const CONTROL_UTILISATION = 0.15;

export type ShopGateway = Partial<SimGateway> & { readonly addressCount?: number; readonly number?: number };

export function shop(random: Random, special: ShopGateway = {}): Shop {
  const portsPerAddress = special.portsPerAddress ?? random.pick([400, 600, 800]);
  const nat = gateway(random, { ...special, portsPerAddress });
  const kernel = {
    synSchedule: random.fork('kernel').pick([SYN_DOUBLING, SYN_LINEAR]),
    zone: special.zone ?? 'a',
  };
  const all = [
    ...hosts(1, random.integer(2, 4), 'orders', kernel),
    ...hosts(11, random.integer(2, 3), 'checkout', kernel),
    ...hosts(21, 1, 'billing', kernel),
  ];
  const capacity = portsPerAddress * nat.addresses.length;
  const fullRate = (lifeSeconds: number): number => capacity / (lifeSeconds + nat.holdSeconds);
  const everyone = all.map((_, index) => index);
  const runtime = random.pick(RUNTIMES);
  const logFormat = random.pick(['json', 'plain'] as const);
  const voice = { runtime, logFormat };
  return {
    gateway: nat,
    hosts: all,
    orders: indicesOf(all, 'orders'),
    checkout: indicesOf(all, 'checkout'),
    billing: indicesOf(all, 'billing'),
    services: [
      service('partner', [destination('203.0.113.10')], {
        hostNames: random.chance(0.5) ? ['api.partner.example'] : [],
      }),
      service('control', [destination('203.0.113.80')]),
      service('telemetry', [destination('192.0.2.40'), destination('192.0.2.41')]),
      service('identity', [destination('192.0.2.60')], { roundTripMs: 8 }),
    ],
    background: [
      workload('control', everyone, CONTROL, constant(fullRate(0.2) * CONTROL_UTILISATION), voice),
      workload('telemetry', everyone, 2, constant(0), { ...voice, ...pool(constant(all.length * 4)), runtime: null }),
      workload('identity', everyone, 3, constant(0.3), { ...voice, closesFirst: 'server' }),
    ],
    runtime,
    logFormat,
    capacity,
    fullRate,
  };
}

/** A workload towards the partner in the shop's own voice. */
export const towardsPartner = (
  { runtime, logFormat }: Shop,
  name: string,
  onHosts: readonly number[],
  arrivalsPerSecond: Workload['arrivalsPerSecond'],
  special: Partial<Workload> = {},
): Workload => workload(name, onHosts, PARTNER, arrivalsPerSecond, { runtime, logFormat, ...special });
