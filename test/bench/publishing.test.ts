import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../bench/eval/arrivals.ts';
import { publishingOf } from '../../bench/eval/publishing.ts';
import { watchedConnections } from '../../shared/aws/metrics/metric-polls.ts';
import type { AnalysisResult } from '../../shared/core/analyze.ts';
import { URGENT_PORTS } from '../../shared/core/detect/tells-of-pressure.ts';
import { DEFAULT_SETTINGS } from '../../shared/core/model/settings.ts';
import { createRandom } from '../../shared/core/simulate/random.ts';
import type { TrueIncident } from '../../shared/core/simulate/truth.ts';
import { boringGateway } from '../contract/boring.ts';

const MINUTE_MS = 60_000;
const SAID_MS = Date.parse('2026-03-03T11:00:00Z');
const incident = { kind: 'nat-port-exhaustion', layer: 'nat', subject: { id: 'nat-1' } } as TrueIncident;
const URGENCY = { ports: URGENT_PORTS, connections: watchedConnections(DEFAULT_SETTINGS) };
/** Publishing includes eleven seconds of analysis and delivery, and requests wait for sixteen. */
const ASKED_SECONDS = 16 + 11;
const TARGET_SECONDS = 90;

const arrival = (kind: Arrival['kind'], delayedMs: number, rows: readonly object[] = []): Arrival => ({
  kind,
  parts: [{ scope: 'nat-1', observations: rows } as unknown as Arrival['parts'][number]],
  inventory: null,
  promptMs: delayedMs - MINUTE_MS,
  delayedMs,
});

const metric = (delayedMs: number, name: string, value: number, resourceId = 'nat-1'): Arrival =>
  arrival('metric', delayedMs, [{ kind: 'metric', metric: name, minute: 1, resourceId, value }]);

/** A core that says exhaustion as soon as the given arrival is there, or when the time has come. */
const saysWith = (decisive: Arrival | null) => (nowMs: number, arrived: readonly Arrival[]) =>
  ({
    findings: (decisive === null ? nowMs >= SAID_MS : arrived.includes(decisive))
      ? [{ kind: 'nat-port-exhaustion', layer: 'nat', status: 'open', subject: { id: 'nat-1' }, sources: [] }]
      : [],
  }) as unknown as AnalysisResult;

function publishedAfter(decisive: Arrival | null, seed: number, before: readonly Arrival[] = []) {
  const others = Array.from({ length: 40 }, (_, n) => arrival('app-log', SAID_MS - 59_000 + n * 1400));
  const arrivals = [...before, ...others, ...(decisive === null ? [] : [decisive])];
  const random = createRandom(`test/${seed}`);
  return publishingOf(incident, 'warned', SAID_MS, arrivals, saysWith(decisive), random, URGENCY);
}

const waits = (decisive: Arrival | null, before: readonly Arrival[] = []): number[] =>
  Array.from({ length: 200 }, (_, seed) => publishedAfter(decisive, seed, before).waitSeconds);

describe('publishingOf', () => {
  it('finds the arrival that was enough', () => {
    const decisive = arrival('metric', SAID_MS - 20_500);
    expect(publishedAfter(decisive, 1).evidence).toBe('metric');
    expect(publishedAfter(null, 1).evidence).toBe('clock');
  });

  it('waits for the schedule when nothing asks for an analysis', () => {
    const each = waits(arrival('flow-log', SAID_MS - 30_500));
    expect(Math.max(...each)).toBeGreaterThan(270);
    expect(Math.max(...each)).toBeLessThanOrEqual(300 + 5 + 11);
    expect(Math.min(...each)).toBeLessThan(40);
  });

  it('is told within the window of requests when flow records show many ports', () => {
    const busy = arrival('flow-log', SAID_MS - 10_500, [{ kind: 'flow', ports: { size: 8_000 } }]);
    expect(Math.max(...waits(busy))).toBeLessThanOrEqual(5 + ASKED_SECONDS);
  });

  it('is told by the next poll when a gateway has many connections, whatever the evidence', () => {
    const [few, many] = [21_999, 22_000].map((value) =>
      waits(arrival('flow-log', SAID_MS - 30_500), [metric(SAID_MS - 65_500, 'ActiveConnectionCount', value)]),
    );
    expect(Math.max(...(many ?? []))).toBeLessThanOrEqual(5 + 60 + 11);
    expect(Math.max(...(few ?? []))).toBeGreaterThan(270);
  });

  it('is told within the window of requests when a log tells of exhaustion', () => {
    const log = arrival('app-log', SAID_MS - 10_500, [{ kind: 'connect-error', verdict: 'connect-exhaustion' }]);
    expect(Math.max(...waits(log))).toBeLessThanOrEqual(2 + ASKED_SECONDS);
  });

  it.each([
    ['the first allocation error', metric(SAID_MS - 5500, 'ErrorPortAllocation', 3), []],
    ['a load balancer’s first', metric(SAID_MS - 5500, 'PortAllocationErrorCount', 3), []],
    ['a gateway’s many connections', metric(SAID_MS - 5500, 'ActiveConnectionCount', 22_000), []],
    [
      'more of them after an alarm that rings already',
      metric(SAID_MS - 5500, 'ActiveConnectionCount', 23_000),
      [metric(SAID_MS - 65_500, 'ActiveConnectionCount', 22_000)],
    ],
  ])('hears of %s within the target', (_, decisive, before) => {
    expect(Math.max(...waits(decisive, before))).toBeLessThanOrEqual(TARGET_SECONDS);
    expect(Math.max(...waits(decisive, before))).toBeGreaterThan(60);
  });

  it('hears of few connections at the interval, and never from the alarm of another gateway', () => {
    expect(Math.max(...waits(metric(SAID_MS - 5500, 'ActiveConnectionCount', 3)))).toBeGreaterThan(150);
    const [own, other] = [3, 30_000].map((value, n) =>
      metric(SAID_MS - 5500, 'ActiveConnectionCount', value, `nat-${n + 1}`),
    );
    const [part] = other?.parts ?? [];
    const both = { ...own, parts: [...(own?.parts ?? []), { ...part, scope: 'nat-2' }] } as Arrival;
    expect(Math.max(...waits(both))).toBeGreaterThan(150);
  });

  it('hears of a lost address within the target', () => {
    const [address] = boringGateway().addresses;
    const described = (count: number, atMs: number): Arrival => ({
      ...arrival('inventory', atMs),
      parts: [],
      promptMs: atMs,
      inventory: { natGateways: [boringGateway({ addresses: Array.from({ length: count }, () => address as never) })] },
    });
    const each = waits(described(1, SAID_MS - 5500), [described(2, SAID_MS - 3_600_000)]);
    expect(Math.max(...each)).toBeLessThanOrEqual(TARGET_SECONDS);
  });
});

it('models every function that asks for an analysis', () => {
  const folder = new URL('../../lambdas/', import.meta.url);
  const asking = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => readFileSync(new URL(path, folder), 'utf8').includes('requests.request('));
  expect(asking.sort()).toEqual([
    'ingest-app-logs/ingest-payload.ts',
    'ingest-flow-logs/store-pieces.ts',
    'poll-metrics/handler.ts',
    'sync-inventory/handler.ts',
  ]);
});
