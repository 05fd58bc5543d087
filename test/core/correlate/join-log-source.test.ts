import { describe, expect, it } from 'vitest';
import { indexClients } from '../../../shared/core/correlate/client-index.ts';
import { joinLogSource, type JoinContext } from '../../../shared/core/correlate/join-log-source.ts';
import type { NetworkInterface } from '../../../shared/core/model/inventory.ts';
import type { ConnectErrorMinute, FlowMinute, LogSource } from '../../../shared/core/model/observation.ts';
import {
  CLIENT,
  CLIENT_INTERFACE,
  connectErrorMinute,
  flowMinute,
  inventory,
  networkInterface,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

type Given = {
  readonly interfaces?: readonly NetworkInterface[];
  readonly settings?: Parameters<typeof settings>[0];
  readonly flows?: readonly FlowMinute[];
};

function contextOf({ interfaces = [], flows = [], ...given }: Given): JoinContext {
  const own = settings(given.settings);
  return { inventory: inventory({ interfaces }), settings: own, clients: indexClients(flows, own) };
}

const join = (row: Partial<ConnectErrorMinute>, given: Given = {}) =>
  joinLogSource(connectErrorMinute(row), contextOf(given)).map(({ address, joinedBy, weight }) => [
    address,
    joinedBy,
    weight,
  ]);
const from = (source: Partial<LogSource>): LogSource => ({ group: '/app', stream: null, service: null, ...source });

describe('the event’s own local address', () => {
  it('names the source, unless it is the wildcard', () => {
    expect(join({ localAddress: CLIENT })).toEqual([[CLIENT, 'local-address', 1]]);
    expect(join({ localAddress: '0.0.0.0' })).toEqual([]);
    expect(join({ localAddress: '::' })).toEqual([]);
  });
});

describe('a Lambda function’s interfaces', () => {
  const face = networkInterface({ description: 'AWS Lambda VPC ENI-checkout-0a1b2c3d-1111-2222-3333-444455556666' });

  it('by its log group', () => {
    expect(join({ logSource: from({ group: '/aws/lambda/checkout' }) }, { interfaces: [face] })).toEqual([
      [CLIENT, 'interface', 1],
    ]);
    const without = { ...face, description: 'AWS Lambda VPC ENI-checkout' };
    expect(join({ logSource: from({ group: '/aws/lambda/checkout' }) }, { interfaces: [without] })).toHaveLength(1);
  });

  it('not those of a function whose name begins alike, nor of a group that only looks alike', () => {
    expect(join({ logSource: from({ group: '/aws/lambda/check' }) }, { interfaces: [face] })).toEqual([]);
    expect(join({ logSource: from({ group: '/aws/lambda/checkout/more' }) }, { interfaces: [face] })).toEqual([]);
    const longer = { ...face, description: 'AWS Lambda VPC ENI-checkout-worker-0a1b2c3d-1111-2222-3333-444455556666' };
    expect(join({ logSource: from({ group: '/aws/lambda/checkout' }) }, { interfaces: [longer] })).toEqual([]);
  });

  it('share the events evenly', () => {
    const second = { ...face, id: 'eni-second', addresses: ['10.0.2.5'] };
    expect(join({ logSource: from({ group: '/aws/lambda/checkout' }) }, { interfaces: [face, second] })).toEqual([
      [CLIENT, 'interface', 0.5],
      ['10.0.2.5', 'interface', 0.5],
    ]);
  });
});

describe('an ECS task’s interface', () => {
  const task = '0123456789abcdef0123456789abcdef';
  const attached = networkInterface({ description: `arn:aws:ecs:us-east-1:123456789012:attachment/${task}` });
  const owned = networkInterface({ owner: `service/checkout task ${task}` });

  it('by the task id that ends the stream', () => {
    const logSource = from({ stream: `checkout/app/${task}` });
    expect(join({ logSource }, { interfaces: [attached] })).toEqual([[CLIENT, 'interface', 1]]);
    expect(join({ logSource }, { interfaces: [owned] })).toEqual([[CLIENT, 'interface', 1]]);
  });

  it('not by another id, nor by one that does not end it', () => {
    const other = from({ stream: `checkout/app/${task.replace('0', '9')}` });
    expect(join({ logSource: other }, { interfaces: [attached] })).toEqual([]);
    expect(join({ logSource: from({ stream: `${task}/app` }) }, { interfaces: [attached] })).toEqual([]);
  });
});

describe('an instance', () => {
  const face = networkInterface({ instanceId: 'i-0123456789abcdef0' });

  it('by its id in the stream or the group', () => {
    expect(join({ logSource: from({ stream: 'i-0123456789abcdef0' }) }, { interfaces: [face] })).toEqual([
      [CLIENT, 'instance', 1],
    ]);
    expect(join({ logSource: from({ group: '/ec2/i-0123456789abcdef0' }) }, { interfaces: [face] })).toHaveLength(1);
  });

  it('not by text that only contains such letters', () => {
    const api = networkInterface({ instanceId: 'i-deadbeef' });
    expect(join({ logSource: from({ stream: 'api-deadbeef' }) }, { interfaces: [api] })).toEqual([]);
    expect(join({ logSource: from({ stream: 'i-0123456789abcdef1' }) }, { interfaces: [face] })).toEqual([]);
  });
});

describe('a setting', () => {
  const by = (match: string, source: Partial<LogSource>) =>
    join({ logSource: from(source) }, { settings: { logSources: [{ match, address: CLIENT }] } }).length > 0;

  it('matches group, group:stream or service, whole or by stars', () => {
    expect(by('/app', {})).toBe(true);
    expect(by('/app:web/*', { stream: 'web/1' })).toBe(true);
    expect(by('checkout', { service: 'checkout' })).toBe(true);
    expect(by('*app*', { group: 'my-app-logs' })).toBe(true);
    expect(by('a*b*c', { group: 'a-b-b-c' })).toBe(true);
  });

  it('matches nothing else', () => {
    expect(by('/app', { group: '/app2' })).toBe(false);
    expect(by('/app:web/*', { stream: 'job/1' })).toBe(false);
    expect(by('/app:*', {})).toBe(false);
    expect(by('ab*ba', { group: 'aba' })).toBe(false);
    expect(by('a*b*c', { group: 'a-c' })).toBe(false);
    expect(by('a.c', { group: 'abc' })).toBe(false);
  });

  it('comes before everything else, and an address that is none is left out', () => {
    const own = { logSources: [{ match: '/app', address: '10.0.9.9' }] };
    expect(join({ logSource: from({}), localAddress: CLIENT }, { settings: own })).toEqual([
      ['10.0.9.9', 'setting', 1],
    ]);
    const broken = { logSources: [{ match: '/app', address: 'checkout-1' }] };
    expect(join({ logSource: from({}), localAddress: CLIENT }, { settings: broken })).toEqual([
      [CLIENT, 'local-address', 1],
    ]);
  });
});

describe('an owner called like the log source', () => {
  const worker = networkInterface({ owner: 'worker' });
  const web = networkInterface({ id: 'eni-web', addresses: ['10.0.1.6'], owner: 'web' });
  const logSource = from({ group: 'worker.log' });
  const both = [flowMinute({ ports: [2_000] }), flowMinute({ localAddress: '10.0.1.6', ports: portsFrom(2_000, 9) })];

  it('names the source, whoever else talked to the destination', () => {
    expect(join({ logSource }, { interfaces: [worker, web], flows: both })).toEqual([[CLIENT, 'name', 1]]);
    expect(join({ logSource, destination: null }, { interfaces: [worker, web] })).toEqual([[CLIENT, 'name', 1]]);
  });

  it('names nobody where flow records show only others, or nobody is called so', () => {
    expect(join({ logSource }, { interfaces: [worker, web], flows: both.slice(1) })).toEqual([
      ['10.0.1.6', 'destination-and-minute', 1],
    ]);
    expect(join({ logSource, destination: null }, { interfaces: [web] })).toEqual([]);
  });

  it('leaves only those who are called so, where there are several', () => {
    const second = { ...worker, id: 'eni-second', addresses: ['10.0.2.5'] };
    const flows = [...both, flowMinute({ localAddress: '10.0.2.5', ports: portsFrom(2_000, 3) })];
    expect(join({ logSource }, { interfaces: [worker, second, web], flows })).toEqual([
      ['10.0.2.5', 'destination-and-minute', 0.75],
      [CLIENT, 'destination-and-minute', 0.25],
    ]);
  });
});

describe('who talked to the destination', () => {
  const flows = [
    flowMinute({ ports: portsFrom(2_000, 30) }),
    flowMinute({ localAddress: '10.0.1.6', ports: portsFrom(2_000, 10) }),
  ];

  it('in the minute or beside it, weighted by ports', () => {
    const both = [
      [CLIENT, 'destination-and-minute', 0.75],
      ['10.0.1.6', 'destination-and-minute', 0.25],
    ];
    expect(join({}, { flows })).toEqual(both);
    expect(join({ minute: START + 1 }, { flows })).toEqual(both);
    expect(join({ minute: START + 2 }, { flows })).toEqual([]);
  });

  it('at any time, when there was only one', () => {
    expect(join({ minute: START + 2 }, { flows: flows.slice(0, 1) })).toEqual([[CLIENT, 'destination', 1]]);
  });

  it('not without a destination, or one nobody talked to', () => {
    expect(join({ destination: null }, { flows })).toEqual([]);
    expect(join({ destination: { host: '203.0.113.99', port: 443 } }, { flows })).toEqual([]);
  });

  it('only when nothing names the sender itself', () => {
    expect(join({ localAddress: '10.0.7.7' }, { flows })).toEqual([['10.0.7.7', 'local-address', 1]]);
  });

  it('keeps the interface where it is the client’s own', () => {
    const [source] = joinLogSource(connectErrorMinute(), contextOf({ flows: flows.slice(0, 1) }));
    expect(source?.interfaceId).toBe(CLIENT_INTERFACE);
  });
});
