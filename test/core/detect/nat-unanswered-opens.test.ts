import { describe, expect, it } from 'vitest';
import { natUnansweredOpens } from '../../../shared/core/detect/nat-unanswered-opens.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { minuteEndMs } from '../../../shared/core/model/time.ts';
import {
  evaluateAt,
  flowCoverageMinute,
  metricRun,
  natMinute,
  type NatRecipe,
  natSeriesOf,
  OTHER_DESTINATION,
  portsFrom,
  START,
} from '../builders.ts';

const ask = (rows: readonly Observation[], nowMs?: number) =>
  evaluateAt(natUnansweredOpens, natSeriesOf(rows), START, nowMs === undefined ? {} : { nowMs });
const answer = (recipe: NatRecipe) => ask(natMinute(recipe));

describe('nat-unanswered-opens', () => {
  it('signals opens that entered the gateway and never left it', () => {
    expect(answer({ failed: portsFrom(2_000, 50) })).toEqual({
      outcome: 'signal',
      level: 'failing',
      destinationKey: '203.0.113.10|443|6',
      statement: '50 connections to 203.0.113.10:443/tcp entered the NAT gateway and never left it',
    });
  });

  it('needs more than record loss would give: f > 3 √unanswered', () => {
    expect(answer({ failed: portsFrom(2_000, 10) }).outcome).toBe('signal');
    expect(answer({ failed: portsFrom(2_000, 9) })).toEqual({ outcome: 'quiet', keepsOpen: true });
  });

  it('needs 2 % of the opens', () => {
    const failed = portsFrom(2_000, 10);
    expect(answer({ failed, opened: portsFrom(3_000, 490) }).outcome).toBe('signal');
    expect(answer({ failed, opened: portsFrom(3_000, 491) })).toEqual({ outcome: 'quiet', keepsOpen: true });
  });

  it('is quiet when every open was answered', () => {
    expect(answer({ opened: portsFrom(2_000, 100) })).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is quiet about a server that does not answer: its opens left the gateway', () => {
    expect(answer({ silent: portsFrom(2_000, 500) })).toEqual({ outcome: 'quiet', keepsOpen: false });
    expect(answer({ silent: portsFrom(2_000, 500), failed: portsFrom(3_000, 20) })).toEqual({
      outcome: 'quiet',
      keepsOpen: false,
    });
  });

  it('waits for answers in the next minute, and counts them', () => {
    const rows = [
      ...natMinute({ failed: portsFrom(2_000, 50) }),
      ...natMinute({ minute: START + 1, standing: portsFrom(2_000, 50) }),
    ];
    expect(ask(rows)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is not told from one destination with failures that may be noise to another whose failures are certain', () => {
    const rows = [
      ...natMinute({ silent: portsFrom(2_000, 400), failed: portsFrom(3_000, 20) }),
      ...natMinute({ failed: portsFrom(2_000, 10), destination: OTHER_DESTINATION }),
    ];
    expect(ask(rows)).toMatchObject({ outcome: 'signal', destinationKey: '203.0.113.11|443|6' });
  });

  it('has no answer without records, with lost records, or with one leg only', () => {
    const rows = natMinute({ failed: portsFrom(2_000, 50) });
    expect(evaluateAt(natUnansweredOpens, natSeriesOf(rows), START + 1)).toMatchObject({
      outcome: 'insufficient-data',
    });
    expect(ask([...rows, flowCoverageMinute({ skipData: 1 })])).toEqual({
      outcome: 'insufficient-data',
      reason: 'flow records were lost (SKIPDATA)',
    });
    const [clientLeg, natLeg] = rows;
    for (const leg of [clientLeg, natLeg])
      expect(ask([leg as Observation])).toMatchObject({ reason: 'the NAT gateway’s two legs are not both logged' });
  });

  it('believes a metric that says no allocation failed, in the minute and the ones beside it', () => {
    const rows = natMinute({ failed: portsFrom(2_000, 50) });
    expect(ask([...rows, ...metricRun('ErrorPortAllocation', [0, 0, 0], START - 1)])).toMatchObject({
      outcome: 'quiet',
    });
    for (const errors of [
      [7, 0, 0],
      [0, 7, 0],
      [0, 0, 7],
    ])
      expect(ask([...rows, ...metricRun('ErrorPortAllocation', errors, START - 1)]).outcome).toBe('signal');
  });

  it('without the metric it waits until the next minute is final', () => {
    const rows = natMinute({ failed: portsFrom(2_000, 50) });
    const finalMs = minuteEndMs(START + 1) + 20 * 60_000;
    expect(ask(rows, finalMs).outcome).toBe('signal');
    expect(ask(rows, finalMs - 1)).toMatchObject({ reason: 'answers may still be on their way' });
    expect(ask([...rows, ...metricRun('ErrorPortAllocation', [7])], finalMs - 1).outcome).toBe('signal');
  });
});
