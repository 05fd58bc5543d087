import { describe, expect, it } from 'vitest';
import { explainHost } from '../../../shared/core/advise/explain-host.ts';
import type { HostDestination, HostUse } from '../../../shared/core/detect/host-series.ts';
import type { BuildContext } from '../../../shared/core/finding/build-context.ts';
import { CLIENT, DESTINATION, settings, START } from '../builders.ts';

/** Every port of a range of 1,000 in records that last ten minutes; packets come where such a record ends. */
function tenMinuteRecords(packetsAt: (window: number) => number, closed = 100): HostDestination {
  const uses = Array.from({ length: 60 }, (_, i): [number, HostUse] => [
    START + i,
    {
      minute: START + i,
      portsLow: 0,
      portsHigh: 1_000,
      portRange: { low: 40_000, high: 40_999 },
      portsSeen: 1_000,
      portsBlurred: 900,
      opens: 100,
      closed,
      youngClosed: 0,
      unanswered: 0,
      packets: i % 10 === 9 ? packetsAt(Math.floor(i / 10)) : 0,
    },
  ]);
  const budget = { capacityPorts: 1_000, assumed: false, basis: 'a setting' };
  const found = { source: CLIENT, interfaceId: null, destination: DESTINATION, budget, spanPorts: 1_000 };
  return { ...found, uses: new Map(uses), sockets: new Map() };
}
const context = { settings: settings(), hosts: [] } as unknown as BuildContext;
const explain = (entry: HostDestination) =>
  explainHost([entry], [], DESTINATION, { startMinute: START + 30, endMinute: START + 55 }, context);

describe('a host by records of ten minutes', () => {
  it('churns when packets towards the destination multiply', () => {
    const told = explain(tenMinuteRecords((window) => (window < 3 ? 6_000 : 60_000)));
    expect(told.cause).toBe('churn');
    expect(told.reason).toContain('packets grew from 10 to 100 a second');
    expect(told.reason).toContain('no leak');
  });

  it('has no cause that they could show when packets stay as they were', () => {
    const told = explain(tenMinuteRecords(() => 6_000));
    expect(told.cause).toBe('unknown');
    expect(told.reason).toContain('10-minute aggregation');
  });

  it('nor without a calm of ten minutes to compare with', () => {
    const whole = tenMinuteRecords((window) => (window < 3 ? 6_000 : 60_000));
    const uses = new Map([...whole.uses].filter(([minute]) => minute >= START + 25));
    expect(explain({ ...whole, uses }).cause).toBe('unknown');
  });
});
