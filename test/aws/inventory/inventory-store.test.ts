import { describe, expect, it } from 'vitest';
import { createInventoryStore } from '../../../shared/aws/inventory/inventory-store.ts';
import { shrunkenGateways } from '../../../shared/aws/inventory/changed-gateways.ts';
import { EMPTY_INVENTORY, type NatAddress, type NetworkInterface } from '../../../shared/core/model/inventory.ts';
import { minuteOf } from '../../../shared/core/model/time.ts';
import { boringGateway } from '../../contract/boring.ts';
import { fakeS3 } from '../fake-s3.ts';

const HOUR_MS = 3_600_000;

const interfaceOf = (id: string, ...addresses: string[]): NetworkInterface => ({
  id,
  vpcId: 'vpc-1',
  subnetId: null,
  addresses,
  interfaceType: null,
  description: '',
  instanceId: null,
  owner: `task of ${id}`,
});

function setUp() {
  let nowMs = Date.parse('2026-01-01T10:00:00Z');
  const store = createInventoryStore({ s3: fakeS3(), bucketName: 'store', clock: { nowMs: () => nowMs } });
  const sync = (...interfaces: NetworkInterface[]) => store.replace({ ...EMPTY_INVENTORY, interfaces });
  const ids = async () => (await store.get()).interfaces.map(({ id }) => id);
  const wait = (hours: number): void => void (nowMs += hours * HOUR_MS);
  return { store, sync, ids, wait };
}

describe('a complete description of the inventory', () => {
  it('makes gateways go that it does not name', async () => {
    const { store } = setUp();
    await store.replace({
      ...EMPTY_INVENTORY,
      natGateways: [boringGateway({ id: 'nat-a' }), boringGateway({ id: 'nat-b' })],
    });
    await store.replace({ ...EMPTY_INVENTORY, natGateways: [boringGateway({ id: 'nat-b' })] });
    expect((await store.get()).natGateways.map(({ id }) => id)).toEqual(['nat-b']);
  });

  it('keeps a vanished interface for a day, because what it did is still evaluated', async () => {
    const { sync, ids, wait } = setUp();
    await sync(interfaceOf('eni-a', '10.0.0.1'), interfaceOf('eni-b', '10.0.0.2'));
    await sync(interfaceOf('eni-b', '10.0.0.2'));
    wait(23);
    await sync(interfaceOf('eni-b', '10.0.0.2'));
    expect(await ids()).toEqual(['eni-a', 'eni-b']);
    wait(2);
    await sync(interfaceOf('eni-b', '10.0.0.2'));
    expect(await ids()).toEqual(['eni-b']);
  });

  it('gives an address to whoever has it now', async () => {
    const { sync, ids } = setUp();
    await sync(interfaceOf('eni-a', '10.0.0.1', '10.0.0.9'));
    await sync(interfaceOf('eni-b', '10.0.0.9'));
    expect(await ids()).toEqual(['eni-b']);
  });

  it('forgets that an interface was gone when it is back', async () => {
    const { sync, ids, wait } = setUp();
    for (const present of [true, false, true, false]) {
      await sync(...(present ? [interfaceOf('eni-a', '10.0.0.1')] : []));
      wait(20);
    }
    expect(await ids()).toEqual(['eni-a']);
  });
});

describe('gateways that shrank', () => {
  const address = (privateAddress: string): NatAddress => ({
    privateAddress,
    publicAddress: null,
    interfaceId: null,
    availabilityZone: null,
  });
  const withAddresses = (id: string, ...addresses: string[]) => ({
    ...EMPTY_INVENTORY,
    natGateways: [boringGateway({ id, addresses: addresses.map(address) })],
  });

  it('say how many addresses they had, for a day or until they have them again', async () => {
    const { store, wait } = setUp();
    const sync = async (...addresses: string[]) => {
      await store.replace(withAddresses('nat-a', ...addresses));
      return (await store.get()).natGateways[0]?.addressesBefore;
    };
    expect(await sync('10.0.0.1', '10.0.0.2')).toBeUndefined();
    const lost = { count: 2, until: minuteOf(Date.parse('2026-01-01T10:00:00Z')) };
    expect(await sync('10.0.0.1')).toEqual(lost);
    wait(1);
    expect(await sync('10.0.0.1')).toEqual(lost);
    expect(await sync('10.0.0.1', '10.0.0.3')).toBeUndefined();
    expect((await sync('10.0.0.1'))?.until).toBe(lost.until + 60);
    wait(24);
    expect(await sync('10.0.0.1')).toBeUndefined();
  });

  it('are still there, with fewer addresses', () => {
    const before = withAddresses('nat-a', '10.0.0.1', '10.0.0.2');
    expect(shrunkenGateways(before, withAddresses('nat-a', '10.0.0.1'))).toEqual([
      { id: 'nat-a', addressesBefore: 2, addresses: 1 },
    ]);
    expect(shrunkenGateways(before, before)).toEqual([]);
    expect(shrunkenGateways(before, withAddresses('nat-b', '10.0.0.1'))).toEqual([]);
  });
});
