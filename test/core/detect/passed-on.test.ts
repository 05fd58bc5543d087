import { describe, expect, it } from 'vitest';
import { countOpens } from '../../../shared/core/detect/count-opens.ts';
import { passedOnMinutes } from '../../../shared/core/detect/passed-on.ts';
import type { FlowMinute } from '../../../shared/core/model/observation.ts';
import { CLIENT, flowMinute, NAT_ADDRESS, portsFrom, START } from '../builders.ts';

const MINUTES = 12;
/** 200 ports of the gateway serve 300 connections a minute; 50 more get no answer and show no port of their own. */
const clients = Array.from({ length: MINUTES }, (_, i) => {
  const answered = portsFrom(20_000 + 400 * i, 300);
  const opened = portsFrom(20_000 + 400 * i, 350);
  return flowMinute({ minute: START + i, localAddress: CLIENT, via: NAT_ADDRESS, opened, answered, packets: 3_150 });
});
const nat = (packets: number, ports = 200): FlowMinute[] =>
  Array.from({ length: MINUTES }, (_, i) => {
    const opened = portsFrom(1_024, ports);
    return flowMinute({ minute: START + i, localAddress: NAT_ADDRESS, opened, answered: opened, packets });
  });
const leg = (rows: readonly FlowMinute[]) => ({ rows, opens: countOpens(rows) });
const passed = (natRows: readonly FlowMinute[]): number => passedOnMinutes(leg(natRows), leg(clients)).size;

describe('passedOnMinutes', () => {
  it('are those of which as many packets left the gateway as entered it, answered or not', () => {
    expect(passed(nat(3_150))).toBe(MINUTES);
    expect(passed(nat(3_130))).toBe(MINUTES);
  });

  it('are none while each of those that failed left a packet in the gateway', () => {
    expect(passed(nat(3_100))).toBe(0);
    expect(passed(nat(3_000))).toBe(0);
  });

  it('are none where each connection has a port of its own, which then shows that nobody answered', () => {
    expect(passed(nat(3_150, 700))).toBe(0);
  });

  it('are none where a leg is not logged, and where the failed ones are less than packets are sure', () => {
    expect(passedOnMinutes({ rows: [], opens: null }, leg(clients)).size).toBe(0);
    const bulk = clients.map((row) => ({ ...row, packets: 100_000 }));
    expect(passedOnMinutes(leg(nat(100_000)), leg(bulk)).size).toBe(0);
  });

  it('goes by most of the minutes around: where a load rises more enters than leaves', () => {
    const rising = nat(3_150).map((row, i) => (i === 3 ? { ...row, packets: 2_950 } : row));
    expect(passedOnMinutes(leg(rising), leg(clients)).size).toBe(MINUTES);
  });
});
