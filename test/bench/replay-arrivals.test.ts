import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../bench/eval/arrivals.ts';
import { replayArrivals, type Snapshot } from '../../bench/eval/replay-arrivals.ts';
import type { Truth } from '../../shared/core/simulate/truth.ts';

const FROM = Date.parse('2026-03-03T10:00:00Z');
const MINUTE_MS = 60_000;
const at = (minute: number): string => new Date(FROM + minute * MINUTE_MS).toISOString();

const truth = {
  from: at(0),
  to: at(90),
  incidents: [{ onsetAt: at(30), endAt: at(60), firstFailureAt: at(50) }],
} as unknown as Truth;

/** A metric minute a minute, two minutes late. */
const arrivals = Array.from({ length: 90 }, (_, minute): Arrival => ({
  kind: 'metric',
  parts: [],
  inventory: null,
  promptMs: FROM + (minute + 1) * MINUTE_MS,
  delayedMs: FROM + (minute + 3) * MINUTE_MS,
}));

/** A core that says it from the moment on at which enough has arrived. */
function replayWith(enough: number) {
  const looks: { minute: number; said: boolean; arrived: number }[] = [];
  const saidOf = (snapshot: Snapshot): boolean => (snapshot.result as unknown as { said: boolean }).said;
  const evaluations = replayArrivals(
    arrivals,
    truth,
    'delayedMs',
    (_nowMs, arrived) => ({ said: arrived.length >= enough, arrived: arrived.length }) as never,
    {
      progress: (result) => ((result as unknown as { said: boolean }).said ? 1 : 0),
      learn: (snapshot) =>
        looks.push({
          minute: (snapshot.nowMs - FROM) / MINUTE_MS,
          said: saidOf(snapshot),
          arrived: (snapshot.result as unknown as { arrived: number }).arrived,
        }),
    },
  );
  return { looks, evaluations };
}

describe('replayArrivals', () => {
  it('never shows what has not arrived', () => {
    for (const { minute, arrived } of replayWith(40).looks.slice(0, -1)) expect(arrived).toBe(Math.max(0, minute - 2));
  });

  it.each([31, 38, 39, 40, 41, 52])('pins the first telling minute when %d arrivals are enough', (enough) => {
    const { looks, evaluations } = replayWith(enough);
    expect(looks.find(({ said }) => said)?.minute).toBe(enough + 2);
    expect(evaluations).toBeLessThan(30);
  });

  it('goes forward in time and ends with everything', () => {
    const { looks } = replayWith(40);
    const minutes = looks.map(({ minute }) => minute);
    expect(minutes).toEqual([...minutes].sort((a, b) => a - b));
    expect(looks.at(-1)?.arrived).toBe(90);
  });
});
