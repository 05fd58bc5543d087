import { expect, it } from 'vitest';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { InventoryStore } from '../../shared/ports.ts';
import { boringGateway } from './boring.ts';

export function inventoryStoreContract(store: () => InventoryStore): void {
  it('is empty at first', async () => {
    expect(await store().get()).toEqual(EMPTY_INVENTORY);
  });

  it('adds fragments to what it has, ascending by id', async () => {
    const subnet = { id: 'subnet-1', vpcId: 'vpc-1', cidr: '10.0.0.0/24', name: null };
    await store().put({ natGateways: [boringGateway({ id: 'nat-b' })] });
    await store().put({ natGateways: [boringGateway({ id: 'nat-a' })], subnets: [subnet] });
    await store().put({});
    const inventory = await store().get();
    expect(inventory.natGateways.map(({ id }) => id)).toEqual(['nat-a', 'nat-b']);
    expect(inventory).toEqual({
      ...EMPTY_INVENTORY,
      natGateways: [boringGateway({ id: 'nat-a' }), boringGateway({ id: 'nat-b' })],
      subnets: [subnet],
    });
  });

  it('lets a later fragment replace an entry of the same id', async () => {
    await store().put({ natGateways: [boringGateway({ name: 'z' })] });
    await store().put({ natGateways: [boringGateway({ name: 'a', addresses: [] })] });
    expect((await store().get()).natGateways).toEqual([boringGateway({ name: 'a', addresses: [] })]);
  });
}
