import { expect, it } from 'vitest';
import { calmCases } from '../../bench/eval/calm-case.ts';
import { calmFigures, calmSection, pagesOf } from '../../bench/eval/calm-report.ts';
import type { CalmNotification, CalmOutcome } from '../../bench/eval/play-calm.ts';

const sent = (severity: string, kind = 'nat-port-pressure'): CalmNotification => ({
  at: '2026-03-04T10:00:00.000Z',
  transition: 'opened',
  kind,
  severity,
  title: 'title',
  hasForecast: false,
});

const outcome = (seed: number, notifications: readonly CalmNotification[]): CalmOutcome => ({
  case: { ...(calmCases(1)[0] as CalmOutcome['case']), seed },
  natWeeks: 5,
  looks: 252,
  sent: notifications,
  seconds: 1,
});

it('counts warnings and worse as pages, and everything else beside them', () => {
  const figures = calmFigures([
    outcome(1, [sent('medium'), sent('low', 'connection-rate-spike')]),
    outcome(2, [sent('critical')]),
  ]);
  expect(figures).toMatchObject({ natWeeks: 10, looks: 504 });
  expect(pagesOf(figures)).toBe(2);
  const text = calmSection(figures).join('\n');
  expect(text).toContain('| **pages** | 2 | 0.200 (');
  expect(text).toContain('| of these high or critical | 1 |');
  expect(text).toContain('| below a warning | 1 |');
});

it('proves fewer than 0.05 a week with all its weeks when nothing is sent', () => {
  const weeks = calmCases(15).map(({ seed }) => outcome(seed, []));
  const line = calmSection(calmFigures(weeks)).find((each) => each.includes('**pages**'));
  expect(Number(/–(\d\.\d+)\)/.exec(line ?? '')?.[1])).toBeLessThan(0.05);
});

it('says so when the weeks were not run', () => {
  expect(calmSection(null).join('\n')).toContain('--calm');
});
