import { describe, expect, it } from 'vitest';
import { hostSharedRangeUtilisation } from '../../../shared/core/detect/host-shared-range-utilisation.ts';
import type { HostSeries } from '../../../shared/core/detect/host-series.ts';
import { CLIENT, evaluateAt, flowMinute, portsFrom, seriesOf, settings, START } from '../builders.ts';

const given = { settings: settings({ portRange: { low: 40_000, high: 40_999 } }) };
const to = (i: number) => ({ address: `203.0.113.${i}`, port: 443, protocol: 6 });

/** `total` ports over five destinations, none shared unless `overlapping` of each reach into the next one's. */
function rows(total: number, overlapping = 0) {
  const each = total / 5;
  const own = Array.from({ length: 5 }, (_, i) => portsFrom(40_000 + i * each, each + (i < 4 ? overlapping : 0)));
  // One connection at each end of the range: the source is seen to use all of it.
  return own.map((ports, i) => flowMinute({ destination: to(i + 1), ports, overlap: [ports.length, 0, 0, 0] }));
}

function ask(total: number, overlapping = 0, minute = START) {
  const series = seriesOf(rows(total, overlapping), given).hosts.find(({ subject }) => subject.id === CLIENT);
  return evaluateAt(hostSharedRangeUtilisation, series as HostSeries, minute, given);
}

describe('host-shared-range-utilisation', () => {
  it.each([
    [900, 'critical'],
    [895, 'warning'],
    [750, 'warning'],
  ])('%d ports over five destinations, none shared: signal, %s', (total, level) => {
    expect(ask(total)).toEqual({
      outcome: 'signal',
      level,
      destinationKey: '203.0.113.1|443|6',
      statement: `${total} of 1000 ports in use over all destinations, none shared: the client binds before it connects`,
    });
  });

  it.each([
    [745, true],
    [650, true],
    [645, false],
  ])('%d ports: quiet, keeps open: %s', (total, keepsOpen) => {
    expect(ask(total)).toEqual({ outcome: 'quiet', keepsOpen });
  });

  it('is quiet about ports that serve several destinations: the kernel picks them per destination', () => {
    expect(ask(800, 100)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('has no answer without several destinations in the minute', () => {
    expect(ask(800, 0, START + 1).outcome).toBe('insufficient-data');
  });
});
