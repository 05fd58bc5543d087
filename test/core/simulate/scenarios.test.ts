import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../shared/core/simulate/random.ts';
import { scenarioNamed, SCENARIOS } from '../../../shared/core/simulate/scenarios.ts';
import { simulate } from '../../../shared/core/simulate/simulate.ts';

const seeds = [1, 2, 3];

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
  it('says what happens', () => {
    expect(scenario.title.length).toBeGreaterThan(10);
    expect(scenario.mechanism.length).toBeGreaterThan(40);
    expect(scenario.class).toMatch(/^[a-z0-9-]+$/);
  });

  it.each(seeds)('draws a world whose pieces fit together: seed %i', (seed) => {
    const world = scenario.draw(createRandom(`${scenario.name}#${seed}`).fork('world'));
    const { incidents, verdict } = world.labels;
    for (const { hosts, service, gateway } of world.workloads) {
      expect(hosts.length).toBeGreaterThan(0);
      expect(hosts.every((host) => world.hosts[host] !== undefined)).toBe(true);
      expect(world.services[service]?.destinations.length).toBeGreaterThan(0);
      expect(gateway === null || world.gateways[gateway] !== undefined).toBe(true);
    }
    for (const { onsetSecond, endSecond, services, culprits, layer, subject } of incidents) {
      expect(onsetSecond).toBeLessThan(endSecond);
      expect(services.every((service) => world.services[service] !== undefined)).toBe(true);
      expect(culprits.every((workload) => world.workloads[workload] !== undefined)).toBe(true);
      const ids = { nat: world.gateways.map(({ id }) => id), host: world.hosts.map(({ address }) => address) };
      if (layer !== 'load-balancer') expect(ids[layer]).toContain(subject.id);
    }
    expect(new Set(world.hosts.map(({ address }) => address)).size).toBe(world.hosts.length);
    expect(incidents.length > 0).toBe(verdict !== 'calm' && verdict !== 'look-alike');
    for (const second of [0, 1, world.durationSeconds - 1])
      for (const { arrivalsPerSecond } of world.workloads) expect(arrivalsPerSecond(second)).toBeGreaterThanOrEqual(0);
  });
});

it('has no name twice', () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});

/** Small ones of every layer; the judge checks the rest each time it runs. */
describe('what was drawn happens', () => {
  const truthOf = (name: string, seed: number) => {
    const scenario = scenarioNamed(name);
    if (!scenario) throw new Error(`no scenario ${name}`);
    return simulate(scenario, { seed, flow: { level: scenario.flowLevel } }).truth;
  };

  it('a burst fills the gateway, and the drain’s tasks hold the ports', () => {
    const { incidents, otherPortFailures } = truthOf('nat-burst', 1);
    expect(incidents[0]?.failedConnections).toBeGreaterThan(100);
    expect(incidents[0]?.sources[0]?.owner).toBe('drain');
    expect(otherPortFailures).toBe(0);
  });

  it('Windows ports run out for everyone on the machine, and the victim is not the culprit', () => {
    const [incident] = truthOf('host-windows-ci', 1).incidents;
    expect(incident?.failedConnections).toBeGreaterThan(100);
    expect(incident?.destinations[0]).toMatchObject({ address: '10.0.1.200', port: 5000 });
  });

  it('a server that is down costs no port', () => {
    const { incidents, otherPortFailures, verdict } = truthOf('server-down', 1);
    expect({ incidents: incidents.length, otherPortFailures, verdict }).toEqual({
      incidents: 0,
      otherPortFailures: 0,
      verdict: 'look-alike',
    });
  });
});
