import { describe, expect, it } from 'vitest';
import { layOutFlows } from '../../../shared/core/correlate/lay-out-flows.ts';
import { EMPTY_INVENTORY, type Inventory } from '../../../shared/core/model/inventory.ts';
import type { FlowMinute } from '../../../shared/core/model/observation.ts';
import { emptyPortSet } from '../../../shared/core/model/port-set.ts';
import type { Settings } from '../../../shared/core/model/settings.ts';
import {
  CLIENT,
  CLIENT_INTERFACE,
  DESTINATION,
  flowMinute,
  inventory,
  NAT_ADDRESS,
  NAT_ID,
  NAT_INTERFACE,
  natAddress,
  natGateway,
  natInventory,
  natMinute,
  networkInterface,
  OTHER_DESTINATION,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const lay = (rows: readonly FlowMinute[], known: Inventory = EMPTY_INVENTORY, own: Settings = settings()) =>
  layOutFlows(rows, known, own);
const natsOf = (rows: readonly FlowMinute[], known?: Inventory, own?: Settings) =>
  lay(rows, known, own).nats.map(({ natId, clientLegs, natLegs }) => [natId, clientLegs.length, natLegs.length]);

const rows = natMinute({ opened: portsFrom(2_000, 10) });

/** The same traffic in the default format: no flags, no packet-level addresses. */
function defaultFormat(address = NAT_ADDRESS, natInterface = NAT_INTERFACE, client = CLIENT): FlowMinute[] {
  const common = { interfaceId: natInterface, ports: portsFrom(2_000, 10), opensInferred: true };
  return [
    flowMinute({ ...common, localAddress: client, destination: { ...DESTINATION, address } }),
    flowMinute({ ...common, localAddress: address }),
  ];
}
const atClient = (client = CLIENT) =>
  flowMinute({
    interfaceId: `eni-of-${client}`,
    localAddress: client,
    ports: portsFrom(2_000, 10),
    opensInferred: true,
  });

describe('which interface is a NAT gateway’s', () => {
  it('the inventory’s', () => {
    expect(natsOf(rows, natInventory())).toEqual([[NAT_ID, 1, 1]]);
  });

  it('an interface of type nat_gateway, named by its description', () => {
    const face = networkInterface({ id: NAT_INTERFACE, interfaceType: 'nat_gateway', addresses: [NAT_ADDRESS] });
    const named = { ...face, description: `Interface for NAT Gateway ${NAT_ID}` };
    expect(natsOf(rows, inventory({ interfaces: [named] }))).toEqual([[NAT_ID, 1, 1]]);
    expect(natsOf(rows, inventory({ interfaces: [face] }))).toEqual([[NAT_INTERFACE, 1, 1]]);
  });

  it('a regional gateway’s resource id', () => {
    const regional = rows.map((row) => ({ ...row, interfaceId: NAT_ID }));
    expect(natsOf(regional)).toEqual([[NAT_ID, 1, 1]]);
  });

  it('one that forwards: it accepts packets for a destination, and dials that destination itself', () => {
    expect(natsOf(rows)).toEqual([[NAT_INTERFACE, 1, 1]]);
    expect(natsOf(rows.filter((row) => row.via !== null))).toEqual([]);
    expect(natsOf([...natMinute({}).slice(0, 1), ...natMinute({ destination: OTHER_DESTINATION }).slice(1)])).toEqual(
      [],
    );
  });

  it('in the default format: an address that clients connect to, and that dials public ones on the same port', () => {
    expect(natsOf(defaultFormat())).toEqual([[NAT_INTERFACE, 0, 1]]);
  });

  it('never a forward proxy, which listens on another port than it dials', () => {
    const proxy = defaultFormat().map((row) =>
      row.localAddress === CLIENT ? { ...row, destination: { ...row.destination, port: 3_128 } } : row,
    );
    expect(natsOf(proxy)).toEqual([]);
  });

  it('never a node with secondary addresses, whose pods are reached through its first one', () => {
    const node = '10.0.3.10';
    const pod = '10.0.3.77';
    const own = { interfaceId: 'eni-node', opened: portsFrom(2_000, 5) };
    const traffic = [
      flowMinute({ ...own, localAddress: CLIENT, destination: { address: pod, port: 8_080, protocol: 6 }, via: node }),
      flowMinute({ ...own, localAddress: pod }),
      flowMinute({ ...own, localAddress: node, destination: OTHER_DESTINATION }),
    ];
    expect(natsOf(traffic)).toEqual([]);
    expect([...lay(traffic).hosts].map((row) => row.localAddress).sort()).toEqual([CLIENT, node, pod].sort());
  });

  it('never an interface that the inventory knows as something else', () => {
    expect(natsOf(rows, inventory({ interfaces: [networkInterface({ id: NAT_INTERFACE })] }))).toEqual([]);
  });
});

describe('what the gateway is called', () => {
  it('a lone unnamed one takes the settings’ name, else that of the inventory’s only gateway', () => {
    const elsewhere = natInventory({ addresses: [natAddress({ interfaceId: null })] });
    expect(natsOf(rows, EMPTY_INVENTORY, settings({ natGateway: 'nat-0fedcba9876543210' }))).toEqual([
      ['nat-0fedcba9876543210', 1, 1],
    ]);
    expect(natsOf(rows, elsewhere)).toEqual([[NAT_ID, 1, 1]]);
  });

  it('two unnamed ones keep their interfaces’ ids', () => {
    const second = rows.map((row) => ({ ...row, interfaceId: 'eni-0b000000000000221' }));
    expect(natsOf([...rows, ...second], EMPTY_INVENTORY, settings({ natGateway: NAT_ID }))).toEqual([
      [NAT_INTERFACE, 1, 1],
      ['eni-0b000000000000221', 1, 1],
    ]);
  });

  it('the interfaces of one gateway are one gateway', () => {
    const known = natInventory({
      addresses: [natAddress(), natAddress({ privateAddress: '10.0.0.221', interfaceId: 'eni-0b000000000000221' })],
    });
    const second = rows.map((row) => ({ ...row, interfaceId: 'eni-0b000000000000221' }));
    expect(natsOf([...rows, ...second], known)).toEqual([[NAT_ID, 2, 2]]);
  });
});

describe('legs', () => {
  it('tells clients from NAT addresses', () => {
    const [nat] = lay(rows, natInventory()).nats;
    expect([...(nat?.clientLegs ?? [])].map(({ localAddress }) => localAddress)).toEqual([CLIENT]);
    expect([...(nat?.natLegs ?? [])].map(({ localAddress }) => localAddress)).toEqual([NAT_ADDRESS]);
    expect(nat).toMatchObject({ addresses: [NAT_ADDRESS], interfaceIds: [NAT_INTERFACE] });
  });

  it('keeps those of an address that was taken off before the inventory was written', () => {
    const gone = flowMinute({ interfaceId: NAT_INTERFACE, localAddress: '10.0.0.221', ports: portsFrom(2_000, 10) });
    const [nat] = lay([...rows, gone], natInventory()).nats;
    expect(nat?.addresses).toEqual([NAT_ADDRESS, '10.0.0.221']);
    const [blind] = lay([...defaultFormat(), { ...gone, opensInferred: true }], natInventory()).nats;
    expect([blind?.addresses.length, blind?.blindLegs.length]).toEqual([2, 1]);
  });

  it('takes the clients’ own interfaces for client legs where the gateway’s records do not name their destination', () => {
    const [nat] = lay([...defaultFormat(), atClient()]).nats;
    expect(nat?.clientLegs).toMatchObject([{ localAddress: CLIENT, destination: DESTINATION, via: null }]);
    expect(lay(defaultFormat()).nats[0]?.clientLegs).toEqual([]);
  });

  it('does not take them where two gateways dial the destination, for nothing says who went through which', () => {
    const second = defaultFormat('10.0.0.221', 'eni-0b000000000000221', '10.0.2.5');
    const { nats } = lay([...defaultFormat(), ...second, atClient(), atClient('10.0.2.5')]);
    expect(nats.map(({ clientLegs, natLegs }) => [clientLegs.length, natLegs.length])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('takes no NAT address for a destination', () => {
    const [nat] = lay(defaultFormat(), inventory({ natGateways: [natGateway()] })).nats;
    expect(nat?.clientLegs).toEqual([]);
  });
});

describe('host rows', () => {
  it('are one per source, destination and minute: the source’s own interface before the gateway’s', () => {
    const own = flowMinute({ opened: portsFrom(2_000, 5) });
    const { hosts } = lay([own, ...rows], natInventory());
    expect(hosts).toEqual([own]);
    expect(lay(rows, natInventory()).hosts).toMatchObject([{ localAddress: CLIENT, via: NAT_ADDRESS }]);
  });

  it('of two views without a gateway the one with more ports', () => {
    const [fewer, more] = [4, 5].map((count, i) =>
      flowMinute({ interfaceId: `eni-${i}`, ports: portsFrom(2_000, count) }),
    ) as [FlowMinute, FlowMinute];
    expect(lay([fewer, more]).hosts).toEqual([more]);
    expect(lay([more, fewer]).hosts).toEqual([more]);
  });

  it('never have a public initiator, nor the gateway itself', () => {
    const inbound = flowMinute({
      localAddress: '198.51.100.77',
      destination: { address: CLIENT, port: 443, protocol: 6 },
    });
    const { hosts } = lay([inbound, ...rows], natInventory());
    expect([...hosts].map(({ localAddress }) => localAddress)).toEqual([CLIENT]);
  });

  it('do not depend on the order of rows', () => {
    const many = [
      ...rows,
      flowMinute({ opened: [1] }),
      flowMinute({ minute: START + 1, interfaceId: CLIENT_INTERFACE }),
    ];
    const sorted = (list: Iterable<FlowMinute>) => [...list].map(({ minute, via }) => `${minute} ${via}`).sort();
    expect(sorted(lay(many.toReversed(), natInventory()).hosts)).toEqual(sorted(lay(many, natInventory()).hosts));
  });
});

it('an empty port set is a row like any other', () => {
  expect(lay([flowMinute({}), { ...flowMinute({}), ports: emptyPortSet() }]).hosts).toHaveLength(1);
});
