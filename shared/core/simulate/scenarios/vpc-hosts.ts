import type { Random } from '../random.ts';
import { constant } from '../timeline.ts';
import type { SimHost, SimService, Workload } from '../world.ts';
import { destination, hosts, LINUX_RANGE, pool, RUNTIMES, service, workload } from './kit.ts';

/** Three instances of one owner that call services inside the VPC; the first is the one a scenario is about. */
export type VpcHosts = {
  readonly range: { readonly low: number; readonly high: number };
  readonly hosts: readonly SimHost[];
  readonly services: readonly SimService[];
  readonly voice: Pick<Workload, 'runtime' | 'logFormat' | 'gateway'>;
  readonly background: readonly Workload[];
  readonly size: number;
  /** New connections per second that fill the range when each port is held for `seconds`. */
  readonly fullRate: (seconds: number) => number;
};

/** A narrower range than Linux's own keeps a simulation small; the operator knows it, so it is in the settings. */
export function vpcHosts(random: Random, owner: string, special: Partial<SimHost> = {}): VpcHosts {
  const range = special.range ?? { low: random.pick([60_500, 60_300, 60_100]), high: LINUX_RANGE.high };
  const all = hosts(1, 3, owner, { platform: 'ec2', ...special, range });
  const voice = { runtime: random.pick(RUNTIMES), logFormat: random.pick(['json', 'plain'] as const), gateway: null };
  const size = range.high - range.low + 1;
  return {
    range,
    hosts: all,
    services: [
      service('catalogue', [destination('10.0.1.200', 8080)], {
        interfaceId: 'eni-0d00d00d00d00d001',
        roundTripMs: 1,
        latencyMs: constant(60),
        hostNames: random.chance(0.3) ? ['catalogue.internal.example'] : [],
      }),
      service('sessions', [destination('10.0.1.201', 6379)], { interfaceId: 'eni-0d00d00d00d00d002', roundTripMs: 1 }),
    ],
    voice,
    background: [
      workload(owner, [1, 2], 0, constant((size / 60) * 0.25), voice),
      workload('sessions', [0, 1, 2], 1, constant(0), { ...voice, ...pool(constant(20)) }),
    ],
    size,
    fullRate: (seconds) => size / seconds,
  };
}
