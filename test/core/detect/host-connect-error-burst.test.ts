import { describe, expect, it } from 'vitest';
import { hostConnectErrorBurst } from '../../../shared/core/detect/host-connect-error-burst.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  CLIENT,
  connectErrorMinute,
  evaluateAt,
  flowMinute,
  hostSeriesOf,
  portsFrom,
  settings,
  socketMinute,
  START,
} from '../builders.ts';

const GROUP = '/ecs/checkout';
const ask = (rows: readonly Observation[], given: Parameters<typeof hostSeriesOf>[1] = {}, subject = GROUP) =>
  evaluateAt(hostConnectErrorBurst, hostSeriesOf(rows, given, subject), START, given);
const QUIET = { outcome: 'quiet', keepsOpen: false };

describe('host-connect-error-burst', () => {
  it('signals three certain events in a minute, and two are none', () => {
    expect(ask([connectErrorMinute({ events: 3 })])).toEqual({
      outcome: 'signal',
      level: 'failing',
      destinationKey: '203.0.113.10|443|6',
      statement: '3 log events say that a connect found no local port (node-eaddrnotavail)',
    });
    expect(ask([connectErrorMinute({ events: 2 })])).toEqual(QUIET);
  });

  it.each([
    [0.7, 3],
    [0.69, 8],
    [0.5, 8],
    [0.49, 30],
  ])('of events with certainty %d it needs %d', (certainty, events) => {
    expect(ask([connectErrorMinute({ certainty, events })]).outcome).toBe('signal');
    expect(ask([connectErrorMinute({ certainty, events: events - 1 })])).toEqual(QUIET);
  });

  it('adds up the signatures and destinations of a minute, and names the destination most named', () => {
    const rows = [
      connectErrorMinute({ events: 1 }),
      connectErrorMinute({
        events: 2,
        seed: 'b',
        signature: 'posix',
        destination: { host: '203.0.113.11', port: 443 },
      }),
    ];
    expect(ask(rows)).toMatchObject({
      destinationKey: '203.0.113.11|443|6',
      statement: '3 log events say that a connect found no local port (node-eaddrnotavail, posix)',
    });
    expect(ask([connectErrorMinute({ events: 3, destination: null })])).toMatchObject({ destinationKey: null });
  });

  it('judges by the source’s own past hour: one event in it makes three no surprise', () => {
    const past = (minutes: number) => [
      connectErrorMinute({ events: 3 }),
      connectErrorMinute({ minute: START - minutes }),
    ];
    expect(ask(past(60))).toEqual({ outcome: 'quiet', keepsOpen: true });
    expect(ask(past(61)).outcome).toBe('signal');
  });

  it('sees a burst on top of a trickle, and only the burst', () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      connectErrorMinute({ minute: START - 50 + i, events: i === 50 ? 80 : 5 }),
    );
    expect(ask(rows).outcome).toBe('signal');
    const before = rows.map((row) => ({ ...row, minute: row.minute + 50 }));
    expect(ask(before)).toEqual(QUIET);
    expect(ask(rows.map((row) => ({ ...row, minute: row.minute - 1 })))).toEqual(QUIET);
  });

  it('does not get used to what goes on failing', () => {
    const since = (minutes: number) => [
      ...Array.from({ length: minutes }, (_, i) => connectErrorMinute({ minute: START - i, events: 60 })),
      connectErrorMinute({ minute: START - minutes - 60, events: 1 }),
    ];
    expect([ask(since(60)), ask(since(120))].map(({ outcome }) => outcome)).toEqual(['signal', 'signal']);
  });

  it('takes one event where a socket table or flow records show three quarters of the range taken', () => {
    const localRange = { low: 40_000, high: 40_999 };
    const event = connectErrorMinute({ localAddress: CLIENT });
    const given = { settings: settings({ portRange: localRange }) };
    const flows = (count: number) =>
      flowMinute({ ports: portsFrom(40_000, count), overlap: [count, count, count, count] });
    expect(ask([event, flows(750)], given, CLIENT).outcome).toBe('signal');
    expect(ask([event, flows(749)], given, CLIENT)).toEqual(QUIET);
    expect(ask([event, { ...flows(750), minute: START - 1 }], given, CLIENT).outcome).toBe('signal');
  });

  it('is quiet about a steady trickle', () => {
    const trickle = (minutes: number) =>
      Array.from({ length: minutes }, (_, i) => connectErrorMinute({ minute: START + i, events: 3 }));
    expect(ask(trickle(10))).toEqual(QUIET);
    expect(ask(trickle(9)).outcome).toBe('signal');
  });

  it('is not quiet about a steady stream that is no trickle, or that comes while the range is full', () => {
    const stream = (events: number) =>
      Array.from({ length: 20 }, (_, i) => connectErrorMinute({ minute: START + i, events, certainty: 0.6 }));
    // Each counts 0.4: fifty events a minute weigh as much as twenty certain ones.
    expect([ask(stream(20)), ask(stream(50))].map(({ outcome }) => outcome)).toEqual(['quiet', 'signal']);
    const given = { settings: settings({ portRange: { low: 40_000, high: 40_999 } }) };
    const full = flowMinute({ ports: portsFrom(40_000, 900), overlap: [900, 900, 900, 900] });
    const own = stream(20).map((row) => ({ ...row, localAddress: CLIENT }));
    expect(ask([...own, full], given, CLIENT).outcome).toBe('signal');
  });

  it('is quiet in a minute without events, and has no answer about a source that never logged any', () => {
    expect(ask([connectErrorMinute({ minute: START + 1, events: 5 })])).toEqual(QUIET);
    expect(ask([socketMinute({ portsInUse: 900 })], {}, CLIENT).outcome).toBe('insufficient-data');
  });

  it('takes fewest events and probability from the settings', () => {
    const strict = { settings: settings({ burst: { minimumEvents: 5 } }) };
    expect(ask([connectErrorMinute({ events: 4 })], strict)).toEqual(QUIET);
    const doubtful = { settings: settings({ burst: { falseAlarmProbability: 1e-9 } }) };
    expect(ask([connectErrorMinute({ events: 3 })], doubtful)).toEqual({ outcome: 'quiet', keepsOpen: true });
  });
});
