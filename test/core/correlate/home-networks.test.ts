import { describe, expect, it } from 'vitest';
import { isOurs } from '../../../shared/core/correlate/home-networks.ts';
import { EMPTY_INVENTORY } from '../../../shared/core/model/inventory.ts';
import { flowMinute, inventory, networkInterface } from '../builders.ts';

const HOST = '2600:1f18:147c:7f00::a1';
const server = (i: number) => ({ address: `2600:1f18:147c:7f10::${i}`, port: 8_080, protocol: 6 });
const row = (localAddress: string, destination = server(1), interfaceId = 'eni-a') =>
  flowMinute({ localAddress, destination, interfaceId });

describe('isOurs', () => {
  it('counts private initiators, and no public ones of IPv4', () => {
    const ask = isOurs([], EMPTY_INVENTORY);
    expect(ask(row('10.0.1.5'))).toBe(true);
    expect(ask(row('fd00:ec2::5'))).toBe(true);
    expect(ask(row('198.51.100.7'))).toBe(false);
  });

  it('counts an initiator with a global address by the inventory', () => {
    const own = inventory({ interfaces: [networkInterface({ id: 'eni-other', addresses: ['10.0.1.5', HOST] })] });
    expect(isOurs([], own)(row(HOST))).toBe(true);
    expect(isOurs([], own)(row('2001:db8::7'))).toBe(false);
  });

  it('counts whoever takes part in all that its interface saw, and its neighbours in the subnet', () => {
    const rows = [row(HOST), row(HOST, server(2)), row('2600:1f18:147c:7f00:1::b', server(3))];
    expect(rows.map(isOurs(rows, EMPTY_INVENTORY))).toEqual([true, true, true]);
  });

  it('does not count those on the internet who call on a server of ours', () => {
    const rows = Array.from({ length: 20 }, (_, i) => row(`2001:db8:${i}::7`));
    expect(rows.some(isOurs(rows, EMPTY_INVENTORY))).toBe(false);
    const only = [row('2001:db8::7')];
    const known = inventory({ interfaces: [networkInterface({ id: 'eni-a', addresses: [server(1).address] })] });
    expect(only.some(isOurs(only, known))).toBe(false);
  });
});
