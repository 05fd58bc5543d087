import { describe, expect, it } from 'vitest';
import { UNNAMED_NAT } from '../../../shared/core/detect/nat-series.ts';
import { EMPTY_INVENTORY } from '../../../shared/core/model/inventory.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  connectErrorMinute,
  inventory,
  metricMinute,
  NAT_ID,
  NAT_INTERFACE,
  natGateway,
  natInventory,
  natMinute,
  seriesOf,
  settings,
} from '../builders.ts';

const natsOf = (rows: readonly Observation[], given: Parameters<typeof seriesOf>[1] = { inventory: EMPTY_INVENTORY }) =>
  seriesOf(rows, given).nats.map(({ natId, flows, metrics }) => [natId, flows !== null, metrics.size > 0]);

const flows = natMinute({ opened: [2_000] });
const named = metricMinute({ metric: 'ActiveConnectionCount', value: 5 });
const unnamed = metricMinute({ resourceId: null });

describe('metrics and flow records of one gateway', () => {
  it('are one series, by the inventory or by being the only ones', () => {
    expect(natsOf([...flows, named], { inventory: natInventory() })).toEqual([[NAT_ID, true, true]]);
    expect(natsOf([...flows, named])).toEqual([[NAT_ID, true, true]]);
  });

  it('are two where two could be meant', () => {
    const other = metricMinute({ resourceId: 'nat-0fedcba9876543210' });
    expect(natsOf([...flows, named, other])).toEqual([
      [NAT_INTERFACE, true, false],
      [NAT_ID, false, true],
      ['nat-0fedcba9876543210', false, true],
    ]);
  });
});

describe('metrics that name no gateway', () => {
  it('belong to the one of the settings', () => {
    const own = settings({ natGateway: 'nat-0fedcba9876543210' });
    expect(natsOf([unnamed], { inventory: EMPTY_INVENTORY, settings: own })).toEqual([
      ['nat-0fedcba9876543210', false, true],
    ]);
  });

  it('belong to the only one there is, whether metrics, records or both name it', () => {
    expect(natsOf([unnamed, named])).toEqual([[NAT_ID, false, true]]);
    expect(natsOf([unnamed, ...flows], { inventory: natInventory() })).toEqual([[NAT_ID, true, true]]);
    expect(natsOf([unnamed, named, ...flows], { inventory: natInventory() })).toEqual([[NAT_ID, true, true]]);
  });

  it('belong to nobody where several could be meant', () => {
    const other = metricMinute({ resourceId: 'nat-0fedcba9876543210' });
    expect(natsOf([unnamed, named, other]).map(([id]) => id)).toContain(UNNAMED_NAT);
    expect(natsOf([unnamed])).toEqual([[UNNAMED_NAT, false, true]]);
  });

  it('belong to the inventory’s only one, and to nobody where it has two', () => {
    expect(natsOf([unnamed], { inventory: natInventory() })).toEqual([[NAT_ID, false, true]]);
    const two = inventory({ natGateways: [natGateway(), natGateway({ id: 'nat-0fedcba9876543210' })] });
    expect(natsOf([unnamed], { inventory: two })).toEqual([[UNNAMED_NAT, false, true]]);
  });
});

describe('load balancers', () => {
  it('are told apart by their id', () => {
    const errors = (resourceId: string | null) =>
      metricMinute({ resourceType: 'load-balancer', metric: 'PortAllocationErrorCount', resourceId, value: 3 });
    const { loadBalancers } = seriesOf([errors('net/b/1'), errors('net/a/1'), errors(null)]);
    expect(loadBalancers.map(({ id }) => id)).toEqual(['net/a/1', 'net/b/1', 'unnamed']);
  });
});

describe('host subjects', () => {
  const subjectsOf = (rows: readonly Observation[]) =>
    seriesOf(rows, { inventory: EMPTY_INVENTORY }).hosts.map(({ subject }) => `${subject.type} ${subject.id}`);
  const from = (localAddress: string | null, group = '/ecs/checkout') =>
    connectErrorMinute({ localAddress, logSource: { group, stream: null, service: null } });

  it('are the address where all events of a source come from one', () => {
    expect(subjectsOf([from('10.0.1.5'), from('10.0.1.5', '/ecs/other')])).toEqual(['source-address 10.0.1.5']);
  });

  it('are the log source where they come from several, or nobody knows', () => {
    expect(subjectsOf([from('10.0.1.5'), from('10.0.1.6')])).toEqual(['log-source /ecs/checkout']);
    expect(subjectsOf([from(null)])).toEqual(['log-source /ecs/checkout']);
  });

  it('are both where an address has a source of its own and shares another', () => {
    expect(subjectsOf([from('10.0.1.5'), from('10.0.1.6'), from('10.0.1.5', '/ecs/own')])).toEqual([
      'log-source /ecs/checkout',
      'source-address 10.0.1.5',
    ]);
  });

  it('carry the service that the events name', () => {
    const row = connectErrorMinute({ logSource: { group: 'app.log', stream: null, service: 'orders' } });
    expect(subjectsOf([row])).toEqual(['log-source app.log orders']);
  });
});
