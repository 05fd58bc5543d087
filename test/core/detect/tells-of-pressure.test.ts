import { describe, expect, it } from 'vitest';
import { tellsOfPressure, URGENT_PORTS } from '../../../shared/core/detect/tells-of-pressure.ts';
import {
  DESTINATION,
  flowMinute,
  metricMinute,
  NAT_ADDRESS,
  NAT_INTERFACE,
  OTHER_DESTINATION,
  portsFrom,
  START,
} from '../builders.ts';

describe('tellsOfPressure', () => {
  it('by the ports of one address towards one destination in a minute', () => {
    const rows = (count: number) => [flowMinute({ ports: portsFrom(1_024, count) })];
    expect([tellsOfPressure(rows(URGENT_PORTS - 1)), tellsOfPressure(rows(URGENT_PORTS))]).toEqual([false, true]);
    expect(tellsOfPressure(rows(10), 10)).toBe(true);
  });

  it('by the ports of a host over all destinations: some programs have one range for all', () => {
    const towards = (destination: typeof DESTINATION, override: Parameters<typeof flowMinute>[0] = {}) =>
      flowMinute({ destination, ports: portsFrom(1_024, 5), ...override });
    const host = [towards(DESTINATION), towards(OTHER_DESTINATION)];
    expect([tellsOfPressure(host, 10), tellsOfPressure(host, 11)]).toEqual([true, false]);
    expect(tellsOfPressure([towards(DESTINATION), towards(OTHER_DESTINATION, { minute: START + 1 })], 10)).toBe(false);
    expect(tellsOfPressure([towards(DESTINATION), towards(OTHER_DESTINATION, { localAddress: '10.0.1.6' })], 10)).toBe(
      false,
    );
  });

  it('not by a NAT gateway’s over all of them, which has as many for each', () => {
    const leg = { interfaceId: NAT_INTERFACE, localAddress: NAT_ADDRESS, ports: portsFrom(1_024, 5) };
    const client = flowMinute({ interfaceId: NAT_INTERFACE, via: NAT_ADDRESS, ports: [40_000] });
    const rows = [client, flowMinute(leg), flowMinute({ ...leg, destination: OTHER_DESTINATION })];
    expect([tellsOfPressure(rows, 5), tellsOfPressure(rows, 6)]).toEqual([true, false]);
  });

  it('not by what names no ports', () => {
    expect(tellsOfPressure([metricMinute({ value: 50_000 })])).toBe(false);
  });
});
