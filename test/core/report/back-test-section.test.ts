import { expect, it } from 'vitest';
import type { BackTest, PastEpisode } from '../../../shared/core/finding/schema.ts';
import { renderBackTest } from '../../../shared/core/report/back-test-section.ts';

const episode = (override: Partial<PastEpisode> = {}): PastEpisode => ({
  findingId: 'fp-1',
  kind: 'nat-port-exhaustion',
  layer: 'nat',
  subject: { type: 'nat-gateway', id: 'nat-0a1b' },
  destination: { address: '203.0.113.10', port: 443, protocol: 6 },
  severity: 'critical',
  firstSeenAt: '2026-03-10T09:44:00Z',
  lastSeenAt: '2026-03-10T10:44:00Z',
  warnedAt: '2026-03-10T09:55:00Z',
  firstFailureAt: '2026-03-10T10:25:30Z',
  leadMinutes: 30.5,
  peakUtilisation: { low: 0.95, high: 1 },
  confirmedBy: ['app-log', 'metric'],
  ...override,
});
const given = (episodes: readonly PastEpisode[], omitted = 0): BackTest => ({
  episodes: [...episodes],
  omitted,
  months: [
    { month: '2026-03', episodes: 2, failed: 1, warnedBefore: 1 },
    { month: '2026-04', episodes: 1, failed: 0, warnedBefore: 0 },
  ],
  delayMinutes: { 'flow-log': 11, metric: 2, 'app-log': 0, 'socket-table': 0 },
});
const render = (backTest: BackTest, width = 100): string =>
  renderBackTest(backTest, { width, colour: false }).join('\n');

it('says on which days, with what lead, and how it is known', () => {
  const quiet = episode({ kind: 'nat-port-pressure', firstFailureAt: null, leadMinutes: null, confirmedBy: [] });
  const late = episode({ leadMinutes: -2.5, destination: null, peakUtilisation: null });
  const never = episode({ warnedAt: null, leadMinutes: null });
  expect(render(given([episode(), quiet, late, never]), 400)).toMatchInlineSnapshot(`
    "  back-test       2026-03: would have warned 2 times; connections failed in 1 of them, 1 warned of before that
                      2026-04: would have warned once; nothing failed
      on              2026-03-10 09:55:00Z: nat-port-exhaustion at nat-0a1b towards 203.0.113.10:443/tcp: first failure 10:25:30Z, 30.5 min after the warning, peak 95–100 %, confirmed by logs and metrics
                      2026-03-10 09:55:00Z: nat-port-pressure at nat-0a1b towards 203.0.113.10:443/tcp: nothing failed, peak 95–100 %
                      2026-03-10 09:55:00Z: nat-port-exhaustion at nat-0a1b: first failure 10:25:30Z, 2.5 min before it, confirmed by logs and metrics
                      2026-03-10 09:44:00Z (in hindsight only): nat-port-exhaustion at nat-0a1b towards 203.0.113.10:443/tcp: first failure 10:25:30Z, peak 95–100 %, confirmed by logs and metrics
                      Tried with what would have been known at the time: flow records 11 min after their minute, metrics 2 min."
  `);
});

it('shows forty, and counts the others', () => {
  const many = Array.from({ length: 42 }, () => episode());
  expect(render(given(many, 5))).toContain('and 7 more: use --format json');
  expect(render(given(many.slice(0, 40)))).not.toContain('more: use');
});

it('says nothing of a quiet past, keeps to the width, and lets nothing hostile through', () => {
  expect(render(given([]))).toBe('');
  const hostile = episode({ subject: { type: 'log-source', id: '/app/\u001B[31m\u202Ered\nline' }, destination: null });
  const text = render(given([hostile]), 60);
  for (const character of ['\u001B', '\u202E']) expect(text).not.toContain(character);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});
