import { describe, expect, it } from 'vitest';
import { hostSocketUtilisation } from '../../../shared/core/detect/host-socket-utilisation.ts';
import { evaluateAt, hostSeriesOf, OTHER_DESTINATION, settings, socketMinute, START } from '../builders.ts';

const localRange = { low: 40_000, high: 40_999 };
const table = (portsInUse: number) => socketMinute({ portsInUse, timeWait: portsInUse - 1, localRange });
const answer = (portsInUse: number) => evaluateAt(hostSocketUtilisation, hostSeriesOf([table(portsInUse)]), START);

describe('host-socket-utilisation', () => {
  it.each([
    [1_000, 'failing'],
    [990, 'failing'],
    [989, 'critical'],
    [900, 'critical'],
    [899, 'warning'],
    [750, 'warning'],
  ])('%d of 1,000 ports: signal, %s', (count, level) => {
    expect(answer(count)).toEqual({
      outcome: 'signal',
      level,
      destinationKey: '203.0.113.10|443|6',
      statement: `socket table: ${count} of 1000 ports in use towards 203.0.113.10:443/tcp, ${count - 1} in TIME_WAIT`,
    });
  });

  it.each([
    [749, true],
    [650, true],
    [649, false],
  ])('%d of 1,000 ports: quiet, keeps open: %s', (count, keepsOpen) => {
    expect(answer(count)).toEqual({ outcome: 'quiet', keepsOpen });
  });

  it('has no answer in a minute without a table', () => {
    expect(evaluateAt(hostSocketUtilisation, hostSeriesOf([table(900)]), START + 1).outcome).toBe('insufficient-data');
  });

  it('names the fullest destination', () => {
    const rows = [table(800), { ...table(950), destination: OTHER_DESTINATION }];
    expect(evaluateAt(hostSocketUtilisation, hostSeriesOf(rows), START)).toMatchObject({
      level: 'critical',
      destinationKey: '203.0.113.11|443|6',
    });
  });

  it('takes the fullest of hosts that share an address, such as loopback', () => {
    const rows = [
      { ...table(950), host: 'a', localAddress: '127.0.0.1' },
      { ...table(10), host: 'b', localAddress: '127.0.0.1' },
    ];
    const series = hostSeriesOf(rows, {}, '127.0.0.1');
    expect(evaluateAt(hostSocketUtilisation, series, START)).toMatchObject({ level: 'critical' });
  });

  it('divides by the default range where the table does not carry its own', () => {
    const series = hostSeriesOf([socketMinute({ portsInUse: 25_000, localRange: null })]);
    expect(evaluateAt(hostSocketUtilisation, series, START)).toMatchObject({ level: 'warning' });
    const given = { settings: settings({ portRange: localRange }) };
    const small = hostSeriesOf([socketMinute({ portsInUse: 990, localRange: null })], given);
    expect(evaluateAt(hostSocketUtilisation, small, START, given)).toMatchObject({ level: 'failing' });
  });
});
