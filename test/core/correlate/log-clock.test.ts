import { describe, expect, it } from 'vitest';
import { alignClocks, clockEvidence } from '../../../shared/core/correlate/log-clock.ts';
import type { ConnectErrorMinute } from '../../../shared/core/model/observation.ts';
import { MINUTE_MS } from '../../../shared/core/model/time.ts';
import {
  analyzeRows,
  CLIENT,
  connectErrorMinute,
  flowMinute,
  metricRun,
  natRun,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const TROUBLE = { from: START + 600, to: START + 620 };
const isTroubled = (_: ConnectErrorMinute, minute: number): boolean => minute >= TROUBLE.from && minute < TROUBLE.to;

type Written = Partial<ConnectErrorMinute> & { readonly minutes?: number; readonly events?: number };

/** A log that writes three events a minute through the trouble, as its clock has it. */
const written = (ahead: number, { minutes = 10, ...over }: Written = {}) =>
  Array.from({ length: minutes }, (_, i) =>
    connectErrorMinute({ minute: TROUBLE.from + 5 + i + ahead, events: 3, zoneAssumed: true, ...over }),
  );

const aheadOf = (rows: readonly ConnectErrorMinute[]) => [
  ...new Set(alignClocks(rows, isTroubled).map(({ clockAheadMinutes }) => clockAheadMinutes ?? 0)),
];

describe('the clock of a log', () => {
  it.each([120, -300, 330, -210, 840])(
    'is %i minutes ahead when only that puts its events into the trouble',
    (ahead) => {
      const rows = alignClocks(written(ahead), isTroubled);
      expect(rows.map(({ minute }) => minute)).toEqual(written(0).map(({ minute }) => minute));
      expect(rows[0]).toMatchObject({ clockAheadMinutes: ahead, firstEventMs: (TROUBLE.from + 5) * MINUTE_MS });
    },
  );

  it.each([
    ['its times name a zone', written(120, { zoneAssumed: undefined as never })],
    ['its events meet the trouble as they stand', written(0)],
    ['some of them do', [...written(120), ...written(0).slice(0, 3)]],
    ['no shift by half hours fits', written(137, { minutes: 20 })],
    ['there are few events', written(120, { events: 1, minutes: 9 })],
    ['they lie in two minutes', written(120, { events: 30, minutes: 2 })],
  ])('stays as it is when %s', (_, rows) => {
    expect(aheadOf(rows)).toEqual([0]);
    expect(clockEvidence(alignClocks(rows, isTroubled))).toEqual([]);
  });

  it('stays as it is when several shifts fit, but whole hours come before half ones', () => {
    const long = (minutes: number) => (_: ConnectErrorMinute, minute: number) =>
      minute >= TROUBLE.from && minute < TROUBLE.from + minutes;
    const shiftWith = (minutes: number) => alignClocks(written(180), long(minutes))[0]?.clockAheadMinutes;
    expect(shiftWith(20)).toBe(180);
    expect(shiftWith(50)).toBe(180);
    expect(shiftWith(80)).toBeUndefined();
  });

  it('is each log’s own', () => {
    const other = { logSource: { group: 'other.log', stream: null, service: null } };
    const rows = alignClocks([...written(120), ...written(-60, other)], isTroubled);
    expect(clockEvidence(rows).map(({ statement }) => statement)).toEqual([
      expect.stringMatching(/^the times in other\.log name no zone and seem to be 1 h behind /),
      expect.stringMatching(/^the times in \/ecs\/checkout name no zone and seem to be 2 h ahead of /),
    ]);
  });
});

it('a host’s first failure is when its ports were full, not when its clock says', () => {
  const ports = portsFrom(60_500, 490);
  const full = Array.from({ length: 30 }, (_, i) =>
    flowMinute({ minute: START + i, ports: i < 10 ? portsFrom(60_500, 20) : ports, opened: ports }),
  );
  const events = Array.from({ length: 12 }, (_, i) =>
    connectErrorMinute({ minute: START + 15 + i - 480, events: 20, localAddress: CLIENT, zoneAssumed: true }),
  );
  const own = settings({ portRange: { low: 60_500, high: 60_999 } });
  const [finding, ...others] = analyzeRows([...full, ...events], { settings: own }).findings;
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ kind: 'host-port-exhaustion', firstFailureAt: '2026-01-01T10:15:00Z' });
  expect(finding?.evidence.at(-1)?.statement).toContain('8 h behind flow logs and metrics');
});

describe('a NAT gateway’s finding and a log in local time', () => {
  const failing = [
    ...natRun(20, (i) => ({ failed: i < 8 ? [] : portsFrom(2_000 + 100 * i, 50) })),
    ...metricRun(
      'ErrorPortAllocation',
      Array.from({ length: 20 }, (_, i) => (i < 8 ? 0 : 90)),
    ),
  ];
  const timeouts = (ahead: number, host: string) =>
    Array.from({ length: 8 }, (_, i) =>
      connectErrorMinute({
        minute: START + 10 + i + ahead,
        events: 5,
        verdict: 'nat-timeout-suspect',
        destination: { host, port: 443 },
        zoneAssumed: true,
      }),
    );

  it.each(['203.0.113.10', 'api.example.com'])('meet once the clock is seen through, by %s', (host) => {
    const { findings } = analyzeRows([...failing, ...timeouts(330, host)]);
    expect(findings).toHaveLength(1);
    const said = findings[0]?.evidence.filter(({ source }) => source === 'app-log').map(({ statement }) => statement);
    expect(said).toEqual([
      expect.stringContaining('40 connect timeouts towards 203.0.113.10:443/tcp'),
      expect.stringContaining('5 h 30 min ahead of flow logs and metrics'),
    ]);
  });

  it('say nothing of clocks when they meet as they are', () => {
    const { findings } = analyzeRows([...failing, ...timeouts(0, '203.0.113.10')]);
    expect(JSON.stringify(findings[0]?.evidence)).not.toContain('log-clock');
  });
});
