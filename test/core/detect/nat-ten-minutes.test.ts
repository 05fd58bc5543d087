import { describe, expect, it } from 'vitest';
import { natPortUtilisation } from '../../../shared/core/detect/nat-port-utilisation.ts';
import {
  DESTINATION,
  evaluateAt,
  flowMinute,
  NAT_ADDRESS,
  NAT_INTERFACE,
  natSeriesOf,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const given = { settings: settings({ natPortsPerAddress: 1_000 }) };
const PORTS = portsFrom(2_000, 800);

/** Two windows of ten minutes: each port has one record in each, with its first SYN and its last FIN. */
const windows = (isRecordedByMinute: boolean) =>
  Array.from({ length: 20 }, (_, i) => {
    const last = i % 10 === 9;
    return flowMinute({
      minute: START + i,
      interfaceId: NAT_INTERFACE,
      localAddress: NAT_ADDRESS,
      destination: DESTINATION,
      ports: PORTS,
      opened: i % 10 === 0 ? PORTS : [],
      answered: PORTS,
      closed: last ? PORTS : [],
      overlap: [800, 800, 800, 800],
      records: isRecordedByMinute ? 1_600 : last ? 1_600 : 0,
    });
  });
const at = (isRecordedByMinute: boolean) => {
  const series = natSeriesOf(windows(isRecordedByMinute), given);
  return { series, answer: evaluateAt(natPortUtilisation, series, START + 14, given) };
};

describe('a NAT gateway whose flow log aggregates over ten minutes', () => {
  it('does not take ports that were used one after the other for ports in use all the time', () => {
    const { series, answer } = at(false);
    expect(answer.outcome).toBe('quiet');
    expect(series.destinations[0]?.uses.get(START + 14)).toMatchObject({ portsLow: 0, youngClosed: null });
  });

  it('does where every minute has records of its own', () => {
    expect(at(true).answer).toMatchObject({ outcome: 'signal', statement: expect.stringContaining('800 of 1000') });
  });
});
