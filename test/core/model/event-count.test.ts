import { describe, expect, it } from 'vitest';
import { hash64 } from '../../../shared/core/app-log/event-id.ts';
import { countEvents } from '../../../shared/core/model/event-count.ts';
import { EVENT_IDS_LIMIT } from '../../../shared/core/model/observation.ts';

const ids = (count: number) =>
  Array.from({ length: count }, (_, i) => hash64(`event ${i}`))
    .sort()
    .slice(0, EVENT_IDS_LIMIT);

describe('countEvents', () => {
  it.each([0, 1, 9_999])('counts %i events exactly', (count) => {
    expect(countEvents({ eventIds: ids(count) })).toBe(count);
  });

  it.each([10_000, 25_000, 100_000])('estimates %i by the smallest hashes, within three percent', (count) => {
    const estimate = countEvents({ eventIds: ids(count) });
    expect(Math.abs(estimate - count)).toBeLessThan(0.03 * count);
    expect(estimate).toBeGreaterThanOrEqual(EVENT_IDS_LIMIT);
  });
});
