import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/core/finding/schema.ts';
import { EMPTY_INVENTORY } from '../../../shared/core/model/inventory.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  analyzeRows,
  CLIENT,
  CLIENT_INTERFACE,
  connectErrorMinute,
  flowMinute,
  inventory,
  networkInterface,
  OTHER_DESTINATION,
  portsFrom,
  settings,
  socketMinute,
  START,
} from '../builders.ts';

const range = { low: 40_000, high: 40_999 };
const given = { settings: settings({ portRange: range }), inventory: EMPTY_INVENTORY };
const findingOf = (rows: readonly Observation[], override = {}): Finding => {
  const { findings } = analyzeRows(rows, { ...given, ...override });
  expect(findings.map(({ title }) => title)).toHaveLength(1);
  return findings[0] as Finding;
};
const standing = (count: number, override = {}) =>
  flowMinute({ ports: portsFrom(40_000, count), overlap: [count, count, count, count], ...override });

describe('destinations', () => {
  it('rank by the events that failed towards them, before ports', () => {
    const rows = [
      connectErrorMinute({ events: 30, localAddress: CLIENT }),
      connectErrorMinute({
        events: 10,
        localAddress: CLIENT,
        seed: 'b',
        destination: { host: '203.0.113.12', port: 443 },
      }),
      standing(900, { destination: OTHER_DESTINATION }),
      standing(800),
    ];
    const { destinations } = findingOf(rows);
    expect(destinations.map(({ address, share }) => [address, share])).toEqual([
      ['203.0.113.10', 0.75],
      ['203.0.113.12', 0.25],
      ['203.0.113.11', 0],
    ]);
    expect(destinations[0]).toMatchObject({ failures: { low: 30, high: 30 }, peakPorts: 800 });
  });

  it('have the events that name none, where one of them alone has no port left', () => {
    const full = [0, 1, 2].map((i) => standing(900, { minute: START + i }));
    const bare = [0, 1, 2].map((i) => connectErrorMinute({ minute: START + i, events: 20, destination: null }));
    const found = findingOf([...full, standing(300, { destination: OTHER_DESTINATION }), ...bare]);
    expect(found.destinations[0]).toMatchObject({ address: '203.0.113.10', failures: { low: 60, high: 60 } });
    const both = full.map((row) => ({ ...row, destination: OTHER_DESTINATION }));
    expect(findingOf([...full, ...both, ...bare]).destinations[0]?.failures).toEqual({ low: 0, high: 0 });
  });

  it('rank by ports where nothing says that any failed: a bulk download holds one', () => {
    const rows = [standing(2, { destination: OTHER_DESTINATION, bytes: 1e12 }), standing(900)];
    expect(findingOf(rows).destinations[0]).toMatchObject({ address: '203.0.113.10', peakPorts: 900 });
  });

  it('carry the host names that events used, and the address that the settings give them', () => {
    const event = connectErrorMinute({ events: 30, destination: { host: 'api.example.com', port: 443 } });
    const named = settings({ portRange: range, hostNames: { 'api.example.com': ['203.0.113.10'] } });
    expect(findingOf([event], { settings: named }).destinations).toMatchObject([
      { address: '203.0.113.10', hostNames: ['api.example.com'] },
    ]);
    expect(findingOf([event]).destinations).toMatchObject([
      { address: 'api.example.com', hostNames: ['api.example.com'] },
    ]);
  });
});

describe('sources', () => {
  it('are who the events were joined to, by weight', () => {
    const rows = [
      connectErrorMinute({ events: 40 }),
      standing(300),
      standing(100, { localAddress: '10.0.1.6', interfaceId: 'eni-six' }),
    ];
    const finding = findingOf(rows);
    expect(finding.subject).toEqual({ type: 'log-source', id: '/ecs/checkout' });
    expect(finding.sources).toMatchObject([
      { address: CLIENT, interfaceId: CLIENT_INTERFACE, share: 0.75, joinedBy: 'destination-and-minute' },
      { address: '10.0.1.6', interfaceId: 'eni-six', share: 0.25 },
    ]);
    expect(finding.missingEvidence.join('\n')).toContain('which of the named sources');
  });

  it('are the log source itself where nobody can tell', () => {
    expect(findingOf([connectErrorMinute({ events: 40 })]).sources).toMatchObject([
      { address: null, joinedBy: 'none', logSource: '/ecs/checkout', share: 1 },
    ]);
  });

  it('are known by flow records or socket tables where no event is', () => {
    expect(findingOf([standing(900)]).sources).toMatchObject([{ address: CLIENT, joinedBy: 'flow', share: 1 }]);
    const table = socketMinute({ portsInUse: 900, localRange: range });
    expect(findingOf([table]).sources).toMatchObject([{ address: CLIENT, joinedBy: 'socket-table', share: 1 }]);
  });

  it('are named by the inventory', () => {
    const known = inventory({ interfaces: [networkInterface({ owner: 'service/checkout' })] });
    expect(findingOf([standing(900)], { inventory: known }).sources[0]?.owner).toBe('service/checkout');
    const instance = inventory({ interfaces: [networkInterface({ instanceId: 'i-0123456789abcdef0' })] });
    expect(findingOf([standing(900)], { inventory: instance }).sources[0]?.owner).toBe('i-0123456789abcdef0');
  });

  it('keep their own names when a log source names several in other minutes', () => {
    const rows = [
      connectErrorMinute({ events: 40, localAddress: CLIENT }),
      connectErrorMinute({ minute: START + 1, events: 40, localAddress: '10.0.1.6' }),
    ];
    const { sources } = findingOf(rows);
    expect(sources.map(({ address, share, joinedBy }) => [address, share, joinedBy])).toEqual([
      [CLIENT, 0.5, 'local-address'],
      ['10.0.1.6', 0.5, 'local-address'],
    ]);
  });
});
