import { describe, expect, it } from 'vitest';
import { tellsOfPressure, URGENT_PORTS } from '../../../shared/core/detect/tells-of-pressure.ts';
import { flowMinute, metricMinute, portsFrom } from '../builders.ts';

describe('tellsOfPressure', () => {
  it('by the ports of one address towards one destination in a minute', () => {
    const rows = (count: number) => [flowMinute({ ports: portsFrom(1_024, count) })];
    expect([tellsOfPressure(rows(URGENT_PORTS - 1)), tellsOfPressure(rows(URGENT_PORTS))]).toEqual([false, true]);
    expect(tellsOfPressure(rows(10), 10)).toBe(true);
  });

  it('not by what names no ports', () => {
    expect(tellsOfPressure([metricMinute({ value: 50_000 })])).toBe(false);
  });
});
