import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/core/finding/schema.ts';
import { owedNotifications } from '../../../shared/core/notify/transitions.ts';
import { analyzeRows, natIncident } from '../builders.ts';

const { observations, settings } = natIncident();
const boring = analyzeRows(observations, { settings }).findings[0] as Finding;
const finding = (override: Partial<Finding> = {}): Finding => ({
  ...boring,
  id: 'fp-1',
  status: 'open',
  resolvedAt: null,
  firstFailureAt: null,
  lastSeenAt: '2026-01-01T10:20:00Z',
  ...override,
});
const open = finding();
const resolved = finding({ status: 'resolved', resolvedAt: '2026-01-01T10:25:00Z' });
const withdrawn = finding({ status: 'withdrawn', resolvedAt: '2026-01-01T10:30:00Z' });
const silenced = finding({ status: 'suppressed', suppressedUntil: '2026-01-01T10:22:00Z' });
const failing = finding({ firstFailureAt: '2026-01-01T10:12:00Z' });

const owed = (before: Finding | null, after: Finding) =>
  owedNotifications(before === null ? [] : [before], [after]).map(({ notificationId }) => notificationId);

describe('owedNotifications', () => {
  it.each([
    ['a new finding', null, open, ['fp-1:opened:once']],
    ['one that is over before anybody saw it', null, resolved, ['fp-1:opened:once']],
    ['pressure that begins to fail', open, failing, ['fp-1:escalated:once']],
    ['the end', open, resolved, ['fp-1:resolved:2026-01-01T10:25:00Z']],
    ['trouble again', resolved, open, ['fp-1:reopened:2026-01-01T10:25:00Z']],
    ['what later evidence does not support', open, withdrawn, ['fp-1:withdrawn:2026-01-01T10:30:00Z']],
    ['what it supports again', withdrawn, open, ['fp-1:reopened:2026-01-01T10:30:00Z']],
    ['what goes on when a suppression has run out', silenced, open, ['fp-1:reopened:2026-01-01T10:22:00Z']],
    ['what began to fail as it ran out', silenced, failing, ['fp-1:escalated:once']],
    ['the end of what was suppressed', silenced, resolved, ['fp-1:resolved:2026-01-01T10:25:00Z']],
  ])('tells of %s', (_, before, after, expected) => {
    expect(owed(before, after)).toEqual(expected);
  });

  it.each([
    ['nothing new', open, finding({ lastSeenAt: '2026-01-01T10:21:00Z' })],
    ['what still fails', failing, failing],
    ['what is over still', resolved, resolved],
    ['what is withdrawn still', withdrawn, withdrawn],
    ['what somebody acknowledged', open, finding({ status: 'acknowledged' })],
    ['what somebody took up when a suppression ran out', silenced, finding({ status: 'acknowledged' })],
    ['what is suppressed still', silenced, silenced],
    ['a withdrawn finding nobody heard of', null, withdrawn],
  ])('does not tell of %s', (_, before, after) => {
    expect(owed(before, after)).toEqual([]);
  });

  it('is silent about what is suppressed, whatever happens to it', () => {
    const suppressed = finding({ status: 'suppressed', firstFailureAt: '2026-01-01T10:12:00Z' });
    expect([owed(null, suppressed), owed(open, suppressed), owed(resolved, suppressed)]).toEqual([[], [], []]);
  });

  it('gives the second end of an episode another id than the first', () => {
    const later = { ...resolved, resolvedAt: '2026-01-01T11:25:00Z' };
    const again = { ...withdrawn, resolvedAt: '2026-01-01T11:30:00Z' };
    expect(new Set([...owed(open, resolved), ...owed(open, later)]).size).toBe(2);
    expect(new Set([...owed(open, withdrawn), ...owed(open, again)]).size).toBe(2);
  });

  it('tells of the end of each suppression of a finding that came back', () => {
    const back = finding({ reopenedAt: '2026-01-01T10:18:00Z' });
    const again = { ...back, status: 'suppressed' as const, suppressedUntil: '2026-01-01T11:00:00Z' };
    const first = { ...back, status: 'suppressed' as const, suppressedUntil: '2026-01-01T10:30:00Z' };
    expect(new Set([...owed(resolved, back), ...owed(first, back), ...owed(again, back)]).size).toBe(3);
  });

  it('owes the same again when the evaluation is repeated', () => {
    expect(owed(open, resolved)).toEqual(owed(open, resolved));
  });
});
