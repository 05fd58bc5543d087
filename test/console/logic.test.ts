import { describe, expect, it } from 'vitest';
import {
  countText,
  destinationFilter,
  destinationText,
  impactText,
  intervalText,
  percentIntervalText,
  sentences,
  sourceText,
  wordsOf,
} from '../../console/logic/figures.ts';
import { hasHeat, heatLevel, heatStripShape, heatSummary, heatWindow } from '../../console/logic/heat.ts';
import { remediesFor } from '../../console/logic/remedies.ts';
import { findingHash, listHash, parseRoute } from '../../console/logic/route.ts';
import { byUrgency } from '../../console/logic/severity.ts';
import { isWithin, marksOf, timelineColumns, timelineSpan } from '../../console/logic/timeline.ts';
import { axisTimeText, durationText, localTimeText, relativeText, utcText } from '../../console/logic/times.ts';
import type { TimelineMinute } from '../../shared/core/finding/schema.ts';
import { boringFinding, isoAfterTen, TEN_O_CLOCK_MS } from '../contract/boring.ts';

const minute = (at: number, override: Partial<TimelineMinute> = {}): TimelineMinute => ({
  at: isoAfterTen(at),
  portsInUse: { low: 40, high: 50 },
  utilisation: { low: 0.4, high: 0.5 },
  capacityPorts: 100,
  opens: 10,
  failures: { low: 0, high: 0 },
  allocationErrors: 0,
  logErrors: 0,
  ...override,
});

const silent = {
  portsInUse: null,
  utilisation: null,
  opens: null,
  failures: null,
  allocationErrors: null,
  logErrors: null,
};

describe('figures', () => {
  it('are written as people read them', () => {
    expect(countText(54_000)).toBe('54,000');
    expect(intervalText({ low: 3, high: 3 })).toBe('3');
    expect(intervalText({ low: 1_000, high: 2_000 })).toBe('1,000–2,000');
    expect(percentIntervalText({ low: 0.95, high: 1 })).toBe('95–100\u00A0%');
    expect(percentIntervalText({ low: 0.039, high: 0.063 })).toBe('3.9–6.3\u00A0%');
    expect(percentIntervalText({ low: 0, high: 0 })).toBe('0\u00A0%');
    expect(percentIntervalText({ low: 0.0004, high: 0.0004 })).toBe('below 0.1\u00A0%');
  });

  it('name destinations and sources', () => {
    const v6 = { address: '2001:db8::1', port: 443, protocol: 17 };
    expect(destinationText(v6)).toBe('[2001:db8::1]:443/udp');
    expect(destinationFilter(v6)).toBe('[2001:db8::1]:443');
    expect(destinationText({ address: '10.0.0.1', port: 0, protocol: 132 })).toBe('10.0.0.1:0/132');
    expect(sourceText({ owner: null, address: '10.0.0.1' })).toBe('10.0.0.1');
    expect(sourceText({})).toBe('unknown source');
  });

  it('turn names into words', () => {
    expect(wordsOf('nat-port-exhaustion')).toBe('NAT port exhaustion');
    expect(wordsOf('enable-tcp-tw-reuse')).toBe('Enable TCP TW reuse');
    expect(sentences(['One.', 'two'])).toBe('One. two.');
  });
});

describe('times', () => {
  it('are in the zone asked for, with the day when it is another', () => {
    expect(localTimeText(isoAfterTen(4), TEN_O_CLOCK_MS, 'America/New_York')).toBe('05:04');
    expect(localTimeText('2026-01-01T10:03:30Z', TEN_O_CLOCK_MS, 'UTC')).toBe('10:03:30');
    expect(localTimeText(isoAfterTen(4), TEN_O_CLOCK_MS + 2 * 86_400_000, 'UTC')).toBe('1 Jan 2026, 10:04');
    expect(utcText(isoAfterTen(4))).toBe('2026-01-01 10:04:00 UTC');
    expect(axisTimeText(TEN_O_CLOCK_MS / 1_000, false, 'UTC')).toBe('10:00');
    expect(axisTimeText(TEN_O_CLOCK_MS / 1_000, true, 'UTC')).toBe('1 Jan, 10:00');
  });

  it('are told from now', () => {
    expect(relativeText(isoAfterTen(-3), TEN_O_CLOCK_MS)).toBe('3 minutes ago');
    expect(relativeText(isoAfterTen(150), TEN_O_CLOCK_MS)).toBe('in 2 hours');
    expect(relativeText(isoAfterTen(0), TEN_O_CLOCK_MS)).toMatch(/0 seconds/);
    expect([45, 480, 7_500, 7_200, 200_000].map(durationText)).toEqual(['45 s', '8 min', '2 h 5 min', '2 h', '2 days']);
  });
});

describe('routes', () => {
  it('go to and fro', () => {
    expect(parseRoute(findingHash('a/b c'))).toEqual({ kind: 'finding', id: 'a/b c' });
    const filters = { destination: '10.0.0.1:443&x', severity: 'high' };
    expect(parseRoute(listHash('history', { ...filters, status: '' }))).toEqual({ kind: 'history', filters });
    expect(parseRoute(listHash('destinations', {}))).toEqual({ kind: 'destinations', filters: {} });
    for (const hash of ['', '#', '#/', '#/now']) expect(parseRoute(hash)).toEqual({ kind: 'now' });
    for (const hash of ['#/elsewhere', '#/findings/', '#javascript:x']) expect(parseRoute(hash).kind).toBe('nowhere');
    expect(parseRoute('#/findings/%E0%A4%A')).toEqual({ kind: 'finding', id: '%E0%A4%A' });
  });
});

describe('heat', () => {
  const at = (index: number, high: number | null, failures = 0) => ({
    at: isoAfterTen(index),
    utilisation: high === null ? null : { low: high, high },
    failures: { low: failures, high: failures },
  });

  it('has a colour for each band, by the middle of the estimate', () => {
    expect([null, 0, 0.4, 0.75, 0.9, 1, 1.5].map((high) => heatLevel(at(0, high)))).toEqual([
      'unknown',
      'low',
      'moderate',
      'warning',
      'high',
      'full',
      'full',
    ]);
    expect(heatLevel({ ...at(0, 1), utilisation: { low: 0.1, high: 1 } })).toBe('moderate');
  });

  it('draws a cell a minute, and nothing where there was none', () => {
    expect(heatStripShape([at(3, 0.1), at(0, 1, 5), at(1, 1)])).toEqual({
      width: 4,
      paths: [
        { level: 'low', path: 'M3 0h1v1h-1z' },
        { level: 'full', path: 'M0 0h1v1h-1zM1 0h1v1h-1z' },
      ],
      failures: 'M0 0h1v1h-1z',
    });
    expect(heatStripShape([])).toBeNull();
  });

  it('puts strips side by side on one span of time', () => {
    const [early, late] = [[at(0, 0.1), at(1, 0.1)], [at(3, 1)]];
    const window = heatWindow([early, late]);
    expect(heatStripShape(early, window)).toMatchObject({ width: 4, paths: [{ path: 'M0 0h1v1h-1zM1 0h1v1h-1z' }] });
    expect(heatStripShape(late, window)).toMatchObject({ width: 4, paths: [{ path: 'M3 0h1v1h-1z' }] });
    expect(heatWindow([[], []])).toBeNull();
  });

  it('draws the newest 480 minutes, however far back the first lies', () => {
    expect(heatStripShape([at(-400_000, 1), at(0, 0.1)])).toMatchObject({ width: 480, paths: [{ level: 'low' }] });
  });

  it('says the same in words', () => {
    expect(heatSummary([at(0, 1, 5), at(1, 0.2)])).toBe(
      '2 minutes: about 100 % full at the most, 20 % at the last, failures in 1 of them',
    );
    expect(heatSummary([at(0, null)])).toBe('1 minutes, utilisation unknown, no failures');
    expect([hasHeat([at(0, null)]), hasHeat([at(0, null, 1)]), hasHeat([at(0, 0)])]).toEqual([false, true, true]);
  });
});

describe('the timeline', () => {
  const timeline = [
    minute(0, { ...silent }),
    minute(1),
    minute(3, { capacityPorts: 200 }),
    minute(4, { ...silent, capacityPorts: 200 }),
  ];

  it('spans the measured minutes, and an ETA that is near', () => {
    const start = TEN_O_CLOCK_MS / 1_000;
    const long = [...timeline, minute(30)];
    expect(timelineSpan(boringFinding({ timeline: long }))).toEqual({ from: start + 60, to: start + 1_800 });
    const near = { low: isoAfterTen(34), high: '2026-01-01T10:34:30Z' };
    expect(timelineSpan(boringFinding({ timeline: long, etaAt: near }))?.to).toBe(start + 2_100);
    const far = { low: isoAfterTen(400), high: isoAfterTen(900) };
    expect(timelineSpan(boringFinding({ timeline: long, etaAt: far }))?.to).toBe(start + 1_800);
    expect(timelineSpan(boringFinding({ timeline: [] }))).toBeNull();
  });

  it('spans ten minutes at least, what is measured in their middle', () => {
    const start = TEN_O_CLOCK_MS / 1_000;
    expect(timelineSpan(boringFinding({ timeline }))).toEqual({ from: start - 180, to: start + 420 });
    const near = { low: isoAfterTen(4), high: '2026-01-01T10:04:30Z' };
    expect(timelineSpan(boringFinding({ timeline, etaAt: near }))).toEqual({ from: start - 120, to: start + 480 });
  });

  it('shows a minute without data as a gap', () => {
    const columns = timelineColumns(timeline, TEN_O_CLOCK_MS / 1_000 + 60, TEN_O_CLOCK_MS / 1_000 + 180);
    expect(columns.portsHigh).toEqual([50, null, 50]);
    expect(columns.capacity).toEqual([100, null, 200]);
  });

  it('marks onset, first failure, changes of capacity, ETA and end', () => {
    const etaAt = { low: isoAfterTen(8), high: isoAfterTen(9) };
    const act = { action: 'suppress' as const, at: isoAfterTen(6), by: 'ada', reason: 'known', until: null };
    const marks = marksOf(boringFinding({ timeline, etaAt, resolvedAt: isoAfterTen(7) }), [act]);
    expect(marks.map(({ kind, at }) => `${kind} ${at.slice(11, 16)}`)).toEqual([
      'onset 10:00',
      'first-failure 10:02',
      'change 10:03',
      'act 10:06',
      'eta 10:08',
      'resolved 10:07',
    ]);
    expect(marks[2]?.label).toBe('capacity 100 → 200');
    const span = { from: TEN_O_CLOCK_MS / 1_000, to: TEN_O_CLOCK_MS / 1_000 + 180 };
    expect(marks.filter((mark) => isWithin(mark, span)).map(({ kind }) => kind)).toEqual([
      'onset',
      'first-failure',
      'change',
    ]);
  });
});

describe('remedies', () => {
  const changes = (layer: Parameters<typeof remediesFor>[0]) =>
    remediesFor(layer, 100).map(({ slider, change }) => change(slider?.initial ?? 0));

  it('are the changes of `freeport whatif` that the layer takes', () => {
    const everywhere = [{ kind: 'pool', connectionsPerSource: 20 }, { kind: 'keep-alive' }];
    expect(changes('nat')).toEqual([
      ...everywhere,
      { kind: 'add-addresses', addresses: 1, portsPerAddress: 100 },
      { kind: 'endpoint' },
    ]);
    expect(changes('host')).toEqual([...everywhere, { kind: 'port-range', low: 1_024, high: 65_535 }]);
    expect(changes('load-balancer')).toEqual(everywhere);
  });

  it('say in words how much of each', () => {
    const texts = remediesFor('nat', 55_000).map(({ slider }) => slider?.text(slider.max));
    expect(texts).toEqual(['500', undefined, '7, 385,000 ports', undefined]);
    expect(remediesFor('host', 0).at(-1)?.slider?.text(1_024)).toBe('1024–65535');
  });
});

it('says what a finding cost', () => {
  const [destination] = boringFinding().destinations;
  const failed = (low: number, high: number) =>
    impactText(boringFinding({ destinations: destination ? [{ ...destination, failures: { low, high } }] : [] }));
  expect(failed(10, 20)).toBe('10–20 connections failed');
  expect(failed(0, 0)).toBe('Connections failed; how many is not known');
  const calm = { destinations: [], firstFailureAt: null };
  expect(impactText(boringFinding(calm))).toBe('No connection has failed yet');
  expect(impactText(boringFinding({ ...calm, status: 'resolved' }))).toBe('No connection failed');
});

it('orders findings by severity, then by how new they are', () => {
  const findings = [
    boringFinding({ id: 'old', lastSeenAt: isoAfterTen(1) }),
    boringFinding({ id: 'new', lastSeenAt: isoAfterTen(2) }),
    boringFinding({ id: 'worst', severity: 'critical', lastSeenAt: isoAfterTen(0) }),
  ];
  expect(findings.sort(byUrgency).map(({ id }) => id)).toEqual(['worst', 'new', 'old']);
});
