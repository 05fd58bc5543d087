import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/sync-inventory/handler.ts';
import { createLog } from '../../shared/aws/log.ts';
import { EMPTY_INVENTORY, type NatGateway } from '../../shared/core/model/inventory.ts';
import { boringGateway } from '../contract/boring.ts';

const AT_INTERVAL = '2026-01-01T10:15:00Z';
const BETWEEN = '2026-01-01T10:16:00Z';

const gatewayWith = (...privateAddresses: string[]): NatGateway => {
  const [address] = boringGateway().addresses;
  return boringGateway({
    addresses: privateAddresses.map((privateAddress) => ({ ...(address as never as object), privateAddress }) as never),
  });
};

function setUp(known: readonly NatGateway[], present: readonly NatGateway[], keeps = async () => ({})) {
  const done: string[] = [];
  let stored = { ...EMPTY_INVENTORY, natGateways: known };
  const handler = createHandler({
    source: {
      natGateways: async () => present,
      describe: async () => {
        done.push('described');
        return { ...EMPTY_INVENTORY, natGateways: present };
      },
    },
    store: {
      get: async () => stored,
      replace: async (inventory) => {
        done.push('stored');
        stored = { ...stored, ...inventory };
      },
    },
    alarms: {
      keep: async () => {
        await keeps();
        done.push('alarms kept');
        return { created: 0, deleted: 0 };
      },
      removeAll: async () => {},
    },
    requests: { request: async (reason) => void done.push(reason) },
    log: createLog({ functionName: 'test', nowMs: () => 0, write: () => {} }),
  });
  return { handler, done };
}

const WHOLE = ['described', 'alarms kept', 'stored'];

describe('sync-inventory', () => {
  it('describes everything at its interval and on demand, and between only what has changed', async () => {
    const same = [gatewayWith('10.0.0.1')];
    for (const [event, expected] of [
      [{ scheduledTime: AT_INTERVAL }, WHOLE],
      [{}, WHOLE],
      [{ scheduledTime: BETWEEN }, []],
    ] as const) {
      const { handler, done } = setUp(same, same);
      await handler(event);
      expect(done).toEqual(expected);
    }
  });

  it.each([
    ['a gateway that came', [], [gatewayWith('10.0.0.1')]],
    ['a gateway that went', [gatewayWith('10.0.0.1')], []],
    ['an address for another', [gatewayWith('10.0.0.1')], [gatewayWith('10.0.0.2')]],
  ])('sees %s within its minute, once', async (_, known, present) => {
    const { handler, done } = setUp(known, present);
    for (let run = 0; run < 2; run += 1) await handler({ scheduledTime: BETWEEN });
    expect(done).toEqual(WHOLE);
  });

  it('asks for an analysis when an address was lost', async () => {
    const { handler, done } = setUp([gatewayWith('10.0.0.1', '10.0.0.2')], [gatewayWith('10.0.0.2')]);
    await handler({ scheduledTime: BETWEEN });
    expect(done).toEqual(['described', 'capacity-shrunk', 'alarms kept', 'stored']);
  });

  it('takes the same addresses in another order for the same', async () => {
    const { handler, done } = setUp([gatewayWith('10.0.0.1', '10.0.0.2')], [gatewayWith('10.0.0.2', '10.0.0.1')]);
    await handler({ scheduledTime: BETWEEN });
    expect(done).toEqual([]);
  });

  it('fails when the alarms cannot be kept, for the next minute to see the change again', async () => {
    const fails = async () => {
      throw new Error('not allowed');
    };
    const present = [gatewayWith('10.0.0.1')];
    const { handler, done } = setUp([], present, fails);
    for (let run = 0; run < 2; run += 1)
      await expect(handler({ scheduledTime: BETWEEN })).rejects.toThrow('not allowed');
    expect(done).toEqual(['described', 'described']);
    await expect(handler({ scheduledTime: AT_INTERVAL })).rejects.toThrow('not allowed');
    expect(done).toEqual(['described', 'described', 'described', 'stored']);
  });
});
