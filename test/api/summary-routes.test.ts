import { describe, expect, it } from 'vitest';
import { createApi } from '../../shared/api/app.ts';
import {
  destinationPageSchema,
  healthSchema,
  natGatewayPageSchema,
  ruledOutPageSchema,
} from '../../shared/api/schemas.ts';
import type { LogGroup } from '../../shared/core/finding/log-group-health.ts';
import { summarySchema, type Summary } from '../../shared/core/finding/summary-schema.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import { boringHeadroom, boringSummary } from '../contract/boring-summary.ts';

async function ask(path: string, summary: Summary | null): Promise<{ status: number; body: never }> {
  const { findings, summaries } = openStore(':memory:');
  if (summary !== null) await summaries.put(summarySchema.parse(summary));
  const api = createApi({ findings, summaries, clock: { nowMs: () => 0 }, callerOf: () => 'ada' });
  const response = await api.request(path);
  return { status: response.status, body: (await response.json()) as never };
}

const other = boringHeadroom({
  address: '2001:db8::1',
  port: 8443,
  hostNames: ['API.example.net'],
  layer: 'host',
  resource: { type: 'source-address', id: '10.0.1.5' },
  utilisation: { low: 0.1, high: 0.15 },
});
const summary = boringSummary({ destinations: [boringHeadroom(), other] });

describe('GET /destinations', () => {
  it('gives the fullest first, with the time of the analysis', async () => {
    const { body } = await ask('/destinations', summary);
    expect(destinationPageSchema.parse(body)).toEqual({
      analysedAt: summary.at,
      destinations: [boringHeadroom(), other],
      omitted: { destinations: 0, utilisationAtMost: 0 },
    });
  });

  it.each([
    ['layer=host', 1],
    ['resource=nat-0a1b2c3d4e5f60718', 1],
    ['destination=api.example.net', 1],
    ['destination=[2001:db8::1]:8443', 1],
    ['destination=198.51.100.7:443&layer=nat', 1],
    ['destination=198.51.100.7:80', 0],
    ['layer=load-balancer', 0],
  ])('filters by %s', async (query, found) => {
    const { body } = await ask(`/destinations?${query}`, summary);
    expect(destinationPageSchema.parse(body).destinations).toHaveLength(found);
  });

  it('says what the limit leaves out and how full that could be', async () => {
    const { body } = await ask('/destinations?limit=1', summary);
    expect(destinationPageSchema.parse(body)).toMatchObject({
      destinations: [boringHeadroom()],
      omitted: { destinations: 1, utilisationAtMost: 0.15 },
    });
  });

  it('refuses what it does not know', async () => {
    expect((await ask('/destinations?limit=1000', summary)).status).toBe(400);
    expect((await ask('/destinations?nat=1', summary)).status).toBe(400);
  });
});

describe('GET /nat-gateways', () => {
  it('gives each gateway with its own destinations', async () => {
    const { body } = await ask('/nat-gateways', summary);
    const { natGateways } = natGatewayPageSchema.parse(body);
    expect(natGateways).toMatchObject([{ id: 'nat-0a1b2c3d4e5f60718', destinations: [boringHeadroom()] }]);
  });

  it('shows at most twenty of them and bounds the others', async () => {
    const destinations = Array.from({ length: 25 }, (_, index) =>
      boringHeadroom({ port: 1_000 + index, utilisation: { low: 0, high: (100 - index) / 100 } }),
    );
    const { body } = await ask('/nat-gateways', boringSummary({ destinations }));
    const [gateway] = natGatewayPageSchema.parse(body).natGateways;
    expect(gateway?.destinations).toHaveLength(20);
    expect(gateway?.omitted).toEqual({ destinations: 5, utilisationAtMost: 0.8 });
  });
});

describe('GET /health', () => {
  it('is well while every signal arrives', async () => {
    const { body } = await ask('/health', summary);
    const { at: analysedAt, signals } = summary;
    expect(healthSchema.parse(body)).toEqual({ status: 'ok', analysedAt, signals, logGroups: null });
  });

  it('is degraded when one is late', async () => {
    const signals = summary.signals.map((signal) => ({ ...signal, state: 'late' as const }));
    const { body } = await ask('/health', boringSummary({ signals }));
    expect(healthSchema.parse(body).status).toBe('degraded');
  });
});

it('GET /health is well while a log is quiet, for a healthy one is', async () => {
  const signals = summary.signals.map((signal) => ({ ...signal, source: 'app-log' as const, state: 'quiet' as const }));
  const { body } = await ask('/health', boringSummary({ signals }));
  expect(healthSchema.parse(body).status).toBe('ok');
});

describe('GET /health of log groups', () => {
  const at = '2026-01-01T10:15:00.000Z';
  const well = { name: '/ecs/a', state: 'listening', deliveryErrors: 0 } as const;
  const healthOf = async (groups: readonly LogGroup[]) => {
    const { findings, summaries } = openStore(':memory:');
    await summaries.put(summary);
    const logGroups = { get: async () => ({ at, groups }) };
    const api = createApi({ findings, summaries, logGroups, clock: { nowMs: () => 0 }, callerOf: () => 'ada' });
    return healthSchema.parse(await (await api.request('/health')).json());
  };

  it('is well while all are listened to', async () => {
    expect(await healthOf([well])).toMatchObject({ status: 'ok', logGroups: { at, chosen: 1, groups: [well] } });
  });

  it.each([
    { ...well, name: '/ecs/b', state: 'no-room' },
    { ...well, name: '/ecs/b', deliveryErrors: 3 },
  ] as const)('is degraded by one that is not, which comes first', async (unwell) => {
    expect(await healthOf([well, unwell])).toMatchObject({ status: 'degraded', logGroups: { groups: [unwell, well] } });
  });

  it('shows at most two hundred, the ones that are not well among them', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({ ...well, name: `/ecs/${index}` }));
    const { logGroups } = await healthOf([...many, { ...well, name: '/zzz', state: 'pending' }]);
    expect(logGroups).toMatchObject({ chosen: 301, groups: { length: 200 } });
    expect(logGroups?.groups[0]?.name).toBe('/zzz');
  });
});

describe('GET /ruled-out', () => {
  it('gives what the analysis ruled out', async () => {
    const ruledOut = [{ kind: 'scan', reason: 'many ports', subject: '10.0.1.5', firstSeenAt: null, lastSeenAt: null }];
    const { body } = await ask('/ruled-out', boringSummary({ ruledOut }));
    expect(ruledOutPageSchema.parse(body)).toEqual({ analysedAt: summary.at, ruledOut });
  });
});

it.each(['/destinations', '/nat-gateways', '/ruled-out', '/health'])(
  '%s answers before the first analysis',
  async (path) => {
    const { status, body } = await ask(path, null);
    expect({ status, body }).toMatchObject({ status: 200, body: { analysedAt: null } });
  },
);
