import { describe, expect, it } from 'vitest';
import { countHeldPorts } from '../../../shared/core/detect/held-ports.ts';
import { estimateLoss, losesRecords } from '../../../shared/core/detect/record-loss.ts';
import type { FlowMinute } from '../../../shared/core/model/observation.ts';
import {
  flowCoverageMinute,
  flowMinute,
  NAT_ADDRESS,
  NAT_INTERFACE,
  natSeriesOf,
  portsFrom,
  START,
} from '../builders.ts';

/** Fifty connections a minute that open, are answered and close in it; the records of `lost` answers are missing. */
const minutes = (count: number, lost: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => {
    const ports = portsFrom(2_000, 50);
    return flowMinute({ minute: START + i, ports, opened: ports, answered: ports.slice(lost(i)), closed: ports });
  });
const lossOf = (count: number, lost: (i: number) => number) => {
  const held = countHeldPorts(minutes(count, lost), 6);
  const samples = [...held].map(([minute, { youngClosed, youngLost }]) => ({ minute, youngClosed, youngLost }));
  return estimateLoss(samples);
};

describe('estimateLoss', () => {
  it('is the share of closed connections that nobody seems to have answered', () => {
    // An answer in the next minute's record is an answer; only the last of these minutes has no next one.
    const lossAt = lossOf(10, () => 10);
    expect(lossAt(START + 9)).toBe(0.2);
    expect(losesRecords(lossAt, START + 9)).toBe(true);
  });

  it('is nothing where every close was answered, or hardly one was not', () => {
    expect(lossOf(10, () => 0)(START + 9)).toBe(0);
    expect(lossOf(10, () => 1)(START + 9)).toBe(0.02);
    expect(lossOf(10, (i) => i % 2)(START + 9)).toBe(0);
  });

  it('takes a minute whose other half is still on its way for no loss', () => {
    expect(lossOf(10, (i) => (i === 9 ? 50 : 0))(START + 9)).toBe(0);
  });

  it('says nothing of a few connections, or before any', () => {
    const few = estimateLoss([{ minute: START, youngClosed: 4, youngLost: 4 }]);
    expect([few(START), few(START - 1)]).toEqual([0, 0]);
  });

  it('never takes more than half for lost', () => {
    expect(estimateLoss([{ minute: START, youngClosed: 10, youngLost: 10 }])(START)).toBe(0.5);
  });

  it('takes nothing from minutes that SKIPDATA names: their loss is theirs, and ends with them', () => {
    const rows = minutes(20, (i) => (i >= 5 && i < 15 ? 25 : 0));
    const marks = Array.from({ length: 10 }, (_, i) => flowCoverageMinute({ minute: START + 5 + i, skipData: 1 }));
    expect(natSeriesOf(rowsAtNat(rows)).lossAt(START + 16)).toBe(0.5);
    expect(natSeriesOf([...rowsAtNat(rows), ...marks]).lossAt(START + 16)).toBe(0);
  });
});

const rowsAtNat = (rows: readonly FlowMinute[]) =>
  rows.map((row) => ({ ...row, interfaceId: NAT_INTERFACE, localAddress: NAT_ADDRESS }));
