import { describe, expect, it } from 'vitest';
import { snatRace } from '../../../../shared/core/correlate/look-alikes/snat-race.ts';
import type { ConnectErrorMinute } from '../../../../shared/core/model/observation.ts';
import { connectErrorMinute, flowMinute, portsFrom } from '../../builders.ts';

const timeouts = (events: number, override: Partial<ConnectErrorMinute> = {}) =>
  connectErrorMinute({ events, verdict: 'nat-timeout-suspect', ...override });
/** 500 opens in the minute; the last `unanswered` of them got no answer. */
const flow = (unanswered = 0, override: Parameters<typeof flowMinute>[0] = {}) =>
  flowMinute({ opened: portsFrom(2_000, 500), answered: portsFrom(2_000, 500 - unanswered), ...override });
const kinds = (logs: readonly ConnectErrorMinute[], flows = [flow()]) =>
  snatRace({ logs, flows, nats: [], hosts: [], hasIncident: () => false, isFinal: () => true }).map(({ kind }) => kind);

describe('snat-race', () => {
  it('is told by timeouts of opens that no flow record shows to have failed', () => {
    const [told] = snatRace({
      logs: [timeouts(20)],
      flows: [flow()],
      nats: [],
      hosts: [],
      hasIncident: () => false,
      isFinal: () => true,
    });
    expect(told).toMatchObject({ kind: 'snat-race', destination: { address: '203.0.113.10', port: 443 } });
    expect(told?.reason).toContain('20 connect timeouts while flow records show 500 of 500 opens answered');
  });

  it.each([
    ['too few timeouts', [timeouts(9)], [flow()]],
    ['opens that got no answer', [timeouts(20)], [flow(5)]],
    ['more timeouts than a race makes', [timeouts(101)], [flow()]],
    ['no flow records of the destination', [timeouts(20)], []],
    ['records without flags', [timeouts(20)], [flow(0, { opensInferred: true })]],
    [
      'another destination’s records',
      [timeouts(20)],
      [flow(0, { destination: { address: '203.0.113.11', port: 443, protocol: 6 } })],
    ],
    ['a full connection tracking table', [timeouts(20), timeouts(1, { verdict: 'conntrack-full' })], [flow()]],
    [
      'a Lambda function',
      [timeouts(20, { logSource: { group: '/aws/lambda/a', stream: null, service: null } })],
      [flow()],
    ],
    ['timeouts that name no destination', [timeouts(20, { destination: null })], [flow()]],
  ])('is not, by %s', (_, logs, flows) => {
    expect(kinds(logs, flows)).toEqual([]);
  });

  it('bears a stray open without an answer', () => {
    expect(kinds([timeouts(20)], [flow(4)])).toEqual(['snat-race']);
  });
});
