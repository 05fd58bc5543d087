import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../bench/eval/arrivals.ts';
import { publishingOf } from '../../bench/eval/publishing.ts';
import type { AnalysisResult } from '../../shared/core/analyze.ts';
import { createRandom } from '../../shared/core/simulate/random.ts';
import type { TrueIncident } from '../../shared/core/simulate/truth.ts';

const MINUTE_MS = 60_000;
const SAID_MS = Date.parse('2026-03-03T11:00:00Z');
const incident = { kind: 'nat-port-exhaustion', layer: 'nat', subject: { id: 'nat-1' } } as TrueIncident;

const arrival = (kind: Arrival['kind'], delayedMs: number, rows: readonly object[] = []): Arrival => ({
  kind,
  parts: [{ observations: rows } as unknown as Arrival['parts'][number]],
  inventory: null,
  promptMs: delayedMs - MINUTE_MS,
  delayedMs,
});

/** A core that says exhaustion as soon as the given arrival is there, or when the time has come. */
const saysWith = (decisive: Arrival | null) => (nowMs: number, arrived: readonly Arrival[]) =>
  ({
    findings: (decisive === null ? nowMs >= SAID_MS : arrived.includes(decisive))
      ? [{ kind: 'nat-port-exhaustion', layer: 'nat', status: 'open', subject: { id: 'nat-1' }, sources: [] }]
      : [],
  }) as unknown as AnalysisResult;

function publishedAfter(decisive: Arrival | null, seed: number) {
  const others = Array.from({ length: 40 }, (_, n) => arrival('app-log', SAID_MS - 59_000 + n * 1400));
  const arrivals = decisive === null ? others : [...others, decisive];
  return publishingOf(incident, 'exhausted', SAID_MS, arrivals, saysWith(decisive), createRandom(`test/${seed}`));
}

const waits = (decisive: Arrival | null): number[] =>
  Array.from({ length: 200 }, (_, seed) => publishedAfter(decisive, seed).waitSeconds);

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
    expect(Math.max(...waits(busy))).toBeLessThanOrEqual(5 + 16 + 11);
  });

  it('is told within the window of requests when a log tells of exhaustion', () => {
    const log = arrival('app-log', SAID_MS - 10_500, [{ kind: 'connect-error', verdict: 'connect-exhaustion' }]);
    expect(Math.max(...waits(log))).toBeLessThanOrEqual(2 + 16 + 11);
  });

  it('hears of an allocation error by alarm, and of other metrics by poll', () => {
    const errors = arrival('metric', SAID_MS - 5500, [{ kind: 'metric', metric: 'ErrorPortAllocation', value: 3 }]);
    const active = arrival('metric', SAID_MS - 5500, [{ kind: 'metric', metric: 'ActiveConnectionCount', value: 3 }]);
    expect(Math.max(...waits(errors))).toBeLessThanOrEqual(60 + 3 + 16 + 11);
    expect(Math.max(...waits(active))).toBeGreaterThan(150);
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
