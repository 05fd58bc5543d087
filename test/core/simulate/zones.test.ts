import { describe, expect, it } from 'vitest';
import { createFlowReader } from '../../../shared/core/flow-log/flow-reader.ts';
import { createInventoryReader } from '../../../shared/core/inventory/inventory-reader.ts';
import type { Delivery } from '../../../shared/core/simulate/deliveries.ts';
import type { FlowFormatName } from '../../../shared/core/simulate/flow-format.ts';
import type { Scenario } from '../../../shared/core/simulate/scenario.ts';
import { natIncident, world } from '../../../shared/core/simulate/scenarios/kit.ts';
import { PARTNER, towardsPartner } from '../../../shared/core/simulate/scenarios/shop.ts';
import { regionalShops, zonedShops, type Zones } from '../../../shared/core/simulate/scenarios/zones.ts';
import { simulate } from '../../../shared/core/simulate/simulate.ts';
import { constant } from '../../../shared/core/simulate/timeline.ts';
import type { SimService, World } from '../../../shared/core/simulate/world.ts';

const DURATION = 420;

/** Zone b asks for twice what its addresses have, the others for a third. */
function uneven(zones: Zones, special: Partial<World> = {}): World {
  return world({
    ...zones,
    durationSeconds: DURATION,
    workloads: zones.shops.map((built, zone) =>
      towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.25) * (zone === 1 ? 2 : 0.33)), {
        gateway: zones.gateways.length === 1 ? 0 : zone,
      }),
    ),
    labels: {
      verdict: 'exhaustion',
      ruledOut: [],
      alsoTrue: [],
      incidents: [
        natIncident(zones.gateways[zones.gateways.length === 1 ? 0 : 1]?.id ?? '', {
          causes: ['churn'],
          services: [PARTNER],
          culprits: [1],
          onsetSecond: 0,
          endSecond: DURATION,
        }),
      ],
    },
    ...special,
  });
}

const scenarioOf = (draw: Scenario['draw']): Scenario => ({
  name: 'zones',
  class: 'test',
  flowLevel: 'nat',
  title: 'Three zones of which one is overloaded',
  mechanism: 'One zone asks for more ports than its addresses have.',
  draw,
});

const zoned = scenarioOf((random) => uneven(zonedShops(random, 3, { portsPerAddress: 60 })));
const regional = scenarioOf((random) => uneven(regionalShops(random, 3, { portsPerAddress: 60 })));

const run = (scenario: Scenario, format: FlowFormatName, level: 'nat' | 'vpc' = 'nat') =>
  simulate(scenario, { seed: 1, flow: { format, level } });

const flowRows = (deliveries: readonly Delivery[]): string[] =>
  deliveries
    .filter(({ kind }) => kind === 'flow-log')
    .flatMap(({ bytes }) => new TextDecoder().decode(bytes).trim().split('\n'))
    .filter((line) => !line.startsWith('interface-id') && !line.startsWith('version'));

function inventoryOf(deliveries: readonly Delivery[]) {
  const reader = (path: string) => {
    const created = createInventoryReader({ file: path });
    for (const each of deliveries) if (each.path === path) created.push(each.bytes);
    return created.finish().inventory;
  };
  return {
    gateways: reader('inventory/describe-nat-gateways.json')?.natGateways ?? [],
    routes: reader('inventory/describe-route-tables.json')?.routeTables ?? [],
    subnets: reader('inventory/describe-subnets.json')?.subnets ?? [],
  };
}

describe('a gateway per zone', () => {
  const { truth, deliveries } = run(zoned, 'nat15');

  it('runs out in the zone that asks too much, and in no other', () => {
    const [incident] = truth.incidents;
    expect(incident?.failedConnections).toBeGreaterThan(100);
    expect(truth.otherPortFailures).toBe(0);
    expect(truth.pressed.map(({ subject }) => subject.id)).toEqual([incident?.subject.id]);
    expect(incident?.sources.every(({ address }) => address.startsWith('10.0.3.'))).toBe(true);
  });

  it('is described with a subnet and a route of its own', () => {
    const { gateways, routes, subnets } = inventoryOf(deliveries);
    expect(gateways).toHaveLength(3);
    expect(new Set(gateways.map(({ subnetId }) => subnetId)).size).toBe(3);
    expect(new Set(routes.flatMap(({ natRoutes }) => natRoutes.map(({ natGatewayId }) => natGatewayId))).size).toBe(3);
    expect(subnets).toHaveLength(6);
  });
});

describe('a regional gateway', () => {
  const { truth, deliveries } = run(regional, 'nat16');

  it('lets no zone go out by the addresses of another', () => {
    const [incident] = truth.incidents;
    expect(incident?.failedConnections).toBeGreaterThan(100);
    expect(incident?.capacityPorts).toBe(60);
    expect(Object.keys(incident?.failedBySource ?? {}).every((address) => address.startsWith('10.0.3.'))).toBe(true);
  });

  it('is named by its records as resource, without an interface', () => {
    const rows = flowRows(deliveries);
    const reader = createFlowReader({ file: 'simulated' });
    for (const each of deliveries) if (each.kind === 'flow-log') reader.push(each.bytes);
    expect(rows.every((row) => row.startsWith('- ') && row.endsWith(' nat-0a1b2c3d4e5f60718'))).toBe(true);
    expect(reader.finish().scopes.map(({ scope }) => scope)).toEqual(['nat-0a1b2c3d4e5f60718']);
  });

  it('is described as regional, with the zone of each address', () => {
    const [gateway] = inventoryOf(deliveries).gateways;
    expect(gateway).toMatchObject({ regional: true, subnetId: null });
    expect(gateway?.addresses.map(({ availabilityZone }) => availabilityZone)).toEqual([
      'us-east-1a',
      'us-east-1b',
      'us-east-1c',
    ]);
  });
});

describe('what comes from outside, and what may not go out', () => {
  const service = (each: SimService, index: number): SimService =>
    index === PARTNER ? { ...each, state: () => 'forbidden' } : each;
  const outside = scenarioOf((random) => {
    const zones = zonedShops(random, 1, { portsPerAddress: 60 });
    return uneven(
      { ...zones, services: zones.services.map(service) },
      {
        strangers: [
          { at: { kind: 'gateway', index: 0 }, knocksPerSecond: constant(1) },
          { at: { kind: 'host', index: 0 }, knocksPerSecond: constant(1) },
        ],
        labels: { verdict: 'look-alike', incidents: [], ruledOut: [], alsoTrue: [] },
      },
    );
  });
  const rows = flowRows(run(outside, 'v5', 'vpc').deliveries).map((row) => row.split(' '));
  const [interfaceId, source, target, action] = [5, 6, 7, 17] as const;

  it('is rejected at the host’s own interface and never reaches the gateway', () => {
    const outgoing = rows.filter((row) => row[target] === '203.0.113.10');
    expect(outgoing.length).toBeGreaterThan(50);
    expect(outgoing.every((row) => row[action] === 'REJECT')).toBe(true);
    expect(outgoing.every((row) => row[interfaceId]?.startsWith('eni-0c11e470'))).toBe(true);
  });

  it('knocks in vain: accepted at the gateway’s interface, rejected at a host', () => {
    const knocks = rows.filter((row) => /^(185|45|193)\./.test(row[source] ?? ''));
    const actions = Object.groupBy(knocks, (row) => `${row[interfaceId]?.slice(0, 6)} ${row[action]}`);
    expect(Object.keys(actions).sort()).toEqual(['eni-0a ACCEPT', 'eni-0c REJECT']);
    expect(actions['eni-0a ACCEPT']?.length).toBeGreaterThan(300);
  });
});
