import { describe, expect, it } from 'vitest';
import { indexClients } from '../../../shared/core/correlate/client-index.ts';
import { learnNames } from '../../../shared/core/correlate/learn-names.ts';
import { EMPTY_INVENTORY } from '../../../shared/core/model/inventory.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  analyzeRows,
  CLIENT,
  connectErrorMinute,
  flowMinute,
  natIncident,
  portsFrom,
  seriesOf,
  settings,
  START,
} from '../builders.ts';

const NEIGHBOUR = '10.0.1.6';
const own = settings({ portRange: { low: 40_000, high: 40_999 }, hostNames: { 'known.example.com': ['192.0.2.7'] } });
const named = (host: string, minute: number, events = 10, port: number | null = 443) =>
  connectErrorMinute({ minute, events, destination: { host, port } });
const clients = indexClients([], own);

describe('learnNames', () => {
  const troubledAt = (port: number, minute: number) => (port === 443 && minute >= START ? ['192.0.2.1'] : []);
  const learnt = (...rows: readonly ReturnType<typeof named>[]) => [...learnNames(rows, clients, troubledAt)];

  it('takes a name for the address that is in trouble whenever the name is', () => {
    expect(learnt(named('API.example.com', START), named('api.example.com', START + 1))).toEqual([
      ['api.example.com', ['192.0.2.1']],
    ]);
  });

  it.each([
    ['another port number', [named('api.example.com', START, 10, 5_432)]],
    ['no port number', [named('api.example.com', START, 10, null)]],
    ['events that mostly lie elsewhere', [named('api.example.com', START, 4), named('api.example.com', START - 9, 6)]],
    ['an address', [named('192.0.2.9', START)]],
    ['a name that the settings know', [named('known.example.com', START)]],
  ])('learns nothing from %s', (_, rows) => {
    expect(learnt(...rows)).toEqual([]);
  });

  it('learns nothing from a name that fits better to an address that does not answer', () => {
    const rows = [named('api.example.com', START, 8), named('api.example.com', START - 1, 2)];
    const silentAt = () => ['192.0.2.8'];
    expect([...learnNames(rows, clients, troubledAt, silentAt)]).toEqual([]);
    expect([...learnNames(rows.slice(0, 1), clients, troubledAt, silentAt)]).toHaveLength(1);
  });

  it('lets a name have several addresses', () => {
    const both = learnNames([named('api.example.com', START)], clients, () => ['192.0.2.2', '192.0.2.1', '192.0.2.2']);
    expect([...both]).toEqual([['api.example.com', ['192.0.2.1', '192.0.2.2']]]);
  });
});

/** A host that fills its range towards the destination, and a neighbour that does not. */
const flows: Observation[] = [0, 1, 2, 3].flatMap((i) => [
  flowMinute({ minute: START + i, localAddress: CLIENT, opened: portsFrom(40_000, 900) }),
  flowMinute({ minute: START + i, localAddress: NEIGHBOUR, opened: portsFrom(40_100, 90) }),
]);
const subjects = (events: readonly Observation[]) =>
  seriesOf([...flows, ...events], { inventory: EMPTY_INVENTORY, settings: own })
    .hosts.filter(({ logs }) => logs.size > 0)
    .map(({ subject }) => subject.id);
const during = (destination: { host: string; port: number } | null) =>
  [1, 2, 3].map((i) => connectErrorMinute({ minute: START + i, events: 20, destination }));

describe('log events of a host that ran out of ports', () => {
  it('are joined by the port number where they name a host that nothing resolves', () => {
    expect(subjects(during({ host: 'api.example.com', port: 443 }))).toEqual([CLIENT]);
    expect(subjects(during({ host: 'db.example.com', port: 5_432 }))).toEqual(['/ecs/checkout']);
  });

  it('are joined by their minutes where they name nothing at all', () => {
    expect(subjects(during(null))).toEqual([CLIENT]);
    const elsewhere = during(null).map((row) => ({ ...row, minute: row.minute + 30 }));
    expect(subjects([...elsewhere])).toEqual(['/ecs/checkout']);
  });

  it('come from the fullest where they name nothing and others are nearly full as well', () => {
    const other = [0, 1, 2, 3].map((i) =>
      flowMinute({ minute: START + i, localAddress: '10.0.1.7', opened: portsFrom(40_000, 800) }),
    );
    const full = [0, 1, 2, 3].map((i) =>
      flowMinute({ minute: START + i, localAddress: CLIENT, opened: portsFrom(40_000, 990) }),
    );
    const found = seriesOf([...full, ...other, ...during(null)], { inventory: EMPTY_INVENTORY, settings: own });
    expect(found.hosts.filter(({ logs }) => logs.size > 0).map(({ subject }) => subject.id)).toEqual([CLIENT]);
  });

  it('name the destination with its address and its name', () => {
    const rows = [...flows, ...during({ host: 'api.example.com', port: 443 })];
    const { findings } = analyzeRows(rows, { inventory: EMPTY_INVENTORY, settings: own });
    expect(findings.map(({ kind, subject }) => [kind, subject.id])).toEqual([['host-port-exhaustion', CLIENT]]);
    expect(findings[0]?.destinations[0]).toMatchObject({
      address: '203.0.113.10',
      hostNames: ['api.example.com'],
      failures: { low: 60, high: 60 },
    });
  });
});

describe('connect timeouts while a NAT gateway fails', () => {
  it('name the destination that it fails', () => {
    const timeouts = connectErrorMinute({
      verdict: 'nat-timeout-suspect',
      signature: 'node-etimedout',
      minute: START + 15,
      events: 9,
      destination: { host: 'api.example.com', port: 443 },
    });
    const nat = natIncident();
    const [finding] = analyzeRows([...nat.observations, timeouts], {
      settings: settings({ natPortsPerAddress: 1_000 }),
    }).findings;
    expect(finding?.evidence.some(({ detector }) => detector === 'connect-timeouts')).toBe(true);
    expect(finding?.destinations[0]?.hostNames).toEqual(['api.example.com']);
  });
});
