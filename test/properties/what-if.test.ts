import { describe, expect, it } from 'vitest';
import { createReceiver, inventoryAt } from '../../bench/eval/arrivals.ts';
import { type Change, whatIf } from '../../shared/core/advise/what-if.ts';
import { analyze } from '../../shared/core/analyze.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { settingsSchema } from '../../shared/core/model/settings.ts';
import { createRandom } from '../../shared/core/simulate/random.ts';
import { scenarioNamed } from '../../shared/core/simulate/scenarios.ts';
import { simulateTo } from '../../shared/core/simulate/simulate.ts';
import type { Truth } from '../../shared/core/simulate/truth.ts';
import type { World } from '../../shared/core/simulate/world.ts';

/** What is predicted of a change, against the same world with the change really made. */

type Played = { readonly truth: Truth; readonly find: () => Finding; readonly portsPerAddress: number };

function play(name: string, seed: number, change: (world: World) => World = (world) => world): Played {
  const scenario = scenarioNamed(name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  const receiver = createReceiver('s3', 'v5', null, createRandom(name));
  const level = scenario.flowLevel ?? 'vpc';
  const { truth, settings: known } = simulateTo(
    { ...scenario, draw: (random) => change(scenario.draw(random)) },
    {
      seed,
      flow: { format: 'v5', level, delivery: 's3', objectSeconds: 300 },
      metrics: 'stream',
      logs: 'subscription',
    },
    receiver.receive,
  );
  const settings = settingsSchema.parse(known);
  const find = (): Finding => {
    const nowMs = Date.parse(truth.to) + 1_800_000;
    const parts = receiver.arrivals.flatMap((arrival) => arrival.parts);
    const inventory = inventoryAt(receiver.arrivals, nowMs);
    const [finding] = analyze({ parts, inventory, actions: [], episodes: [], settings, nowMs }).findings;
    if (finding === undefined) throw new Error('the world without the change has a finding');
    return finding;
  };
  return { truth, find, portsPerAddress: settings.natPortsPerAddress };
}

/** The true peak of a world, and what is said of the change by looking at the world without it. */
const compare = (finding: Finding, change: Change, { truth }: Played): { predicted: number; true: number } => ({
  predicted: whatIf(finding, change).peakAfter,
  true: truth.incidents[0]?.peakUtilisation ?? 0,
});

const withAddresses =
  (more: number) =>
  (world: World): World => ({
    ...world,
    gateways: world.gateways.map((gateway) => {
      const [first] = gateway.addresses;
      if (first === undefined) throw new Error('a gateway has an address');
      const added = Array.from({ length: more }, (_, i) => ({ ...first, privateAddress: `10.0.0.${90 + i}` }));
      const addresses = [...gateway.addresses, ...added];
      return { ...gateway, addresses, addressesInUse: () => addresses.length };
    }),
  });

const withPool =
  (size: number) =>
  (world: World): World => ({
    ...world,
    workloads: world.workloads.map((workload, i) =>
      i > 0
        ? workload
        : {
            ...workload,
            style: {
              kind: 'pool',
              connections: () => size * workload.hosts.length,
              maxAgeSeconds: 3_600,
              everySeconds: 5,
            },
          },
    ),
  });

describe('a NAT gateway that churn filled', { timeout: 240_000 }, () => {
  const name = 'nat-churn-short-ramp';

  it('is as full as predicted with another address, and with a pool', () => {
    const base = play(name, 4);
    expect(base.truth.incidents[0]).toMatchObject({ peakUtilisation: 1 });
    const finding = base.find();
    const more: Change = { kind: 'add-addresses', addresses: 1, portsPerAddress: base.portsPerAddress };
    const addresses = compare(finding, more, play(name, 4, withAddresses(1)));
    expect(Math.abs(addresses.predicted - addresses.true)).toBeLessThan(0.12);
    const pool = compare(finding, { kind: 'pool', connectionsPerSource: 20 }, play(name, 4, withPool(20)));
    expect(Math.abs(pool.predicted - pool.true)).toBeLessThan(0.05);
  });
});

describe('a host whose range churn filled', { timeout: 240_000 }, () => {
  it('is as full as predicted with a range twice as wide', () => {
    const base = play('host-churn-ramp', 3);
    let range = { low: 0, high: 0 };
    const really = play('host-churn-ramp', 3, (world) => {
      const own = world.hosts[0]?.range ?? range;
      range = { low: own.low - (own.high - own.low + 1), high: own.high };
      return { ...world, hosts: world.hosts.map((host) => ({ ...host, range })) };
    });
    const wider = compare(base.find(), { kind: 'port-range', ...range }, really);
    expect(Math.abs(wider.predicted - wider.true)).toBeLessThan(0.12);
  });
});
