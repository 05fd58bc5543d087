import { expect, test } from 'vitest';
import { whatIf } from '../../../shared/core/advise/what-if.ts';
import type { Finding, TimelineMinute } from '../../../shared/core/finding/schema.ts';

const minute = (low: number, high: number, opens: number, failed = 0): TimelineMinute => ({
  at: '2026-01-01T10:00:00Z',
  portsInUse: { low, high },
  utilisation: null,
  capacityPorts: 128,
  opens,
  failures: { low: failed, high: failed },
  allocationErrors: null,
  logErrors: null,
});

const finding = (override: Partial<Finding> = {}): Finding =>
  ({
    layer: 'nat',
    capacityPorts: 128,
    sources: [{}, {}, {}],
    timeline: [minute(10, 128, 120), minute(120, 128, 120, 40)],
    ...override,
  }) as Finding;

test('more addresses widen the capacity and leave the demand', () => {
  const result = whatIf(finding(), { kind: 'add-addresses', addresses: 1, portsPerAddress: 128 });
  // 120 wanted a port and 80 found one: 128 × 120 / 80.
  expect(result).toMatchObject({
    peakBefore: 192 / 128,
    peakAfter: 192 / 256,
    failingMinutesBefore: 1,
    failingMinutesAfter: 0,
  });
});

test('ports in use are the likeliest number, where nothing failed', () => {
  const calm = { ...minute(10, 128, 120), portsEstimate: 90 };
  const wanted = (one: TimelineMinute) =>
    whatIf(finding({ timeline: [one] }), { kind: 'endpoint' }).minutes.map(({ before }) => before);
  expect([wanted(calm), wanted(minute(10, 128, 120))]).toEqual([[90], [10]]);
});

test('what hardly any connection found is not carried on for ever', () => {
  const result = whatIf(finding({ timeline: [minute(120, 128, 120, 120)] }), { kind: 'endpoint' });
  expect(result.minutes[0]?.before).toBe(4 * 128);
});

test('a host’s failures are in its log: no packet tells of them', () => {
  const logged = { ...minute(100, 128, 120), logErrors: 60 };
  const result = whatIf(finding({ layer: 'host', timeline: [logged] }), { kind: 'port-range', low: 1, high: 384 });
  // 180 wanted a port and 120 found one: 128 × 180 / 120.
  expect(result).toMatchObject({ peakBefore: 192 / 128, peakAfter: 192 / 384 });
});

test('a pool bounds the ports by sources × connections, and never raises them', () => {
  const result = whatIf(finding(), { kind: 'pool', connectionsPerSource: 10 });
  expect(result.minutes.map(({ after }) => after)).toEqual([10, 30]);
});

test('keep-alive needs what was busy while all was calm', () => {
  // 120 opens a minute, 10 at a time: 5 s of work each, so 10 standing connections carry the same rate.
  expect(whatIf(finding(), { kind: 'keep-alive' }).minutes.map(({ after }) => after)).toEqual([10, 10]);
});

test('an endpoint takes the destination off the NAT gateway, and changes nothing on a host', () => {
  expect(whatIf(finding(), { kind: 'endpoint' }).peakAfter).toBe(0);
  expect(whatIf(finding({ layer: 'host' }), { kind: 'endpoint' }).peakAfter).toBe(1);
});

test('a wider range replaces the capacity of a host', () => {
  const result = whatIf(finding({ layer: 'host' }), { kind: 'port-range', low: 1024, high: 65_535 });
  expect(result.minutes[1]).toMatchObject({ before: 128, capacityAfter: 64_512 });
});

test('a finding without ports in use says what is needed', () => {
  const result = whatIf(finding({ timeline: [] }), { kind: 'keep-alive' });
  expect(result.statement).toContain('flow logs or a socket table are needed');
});
