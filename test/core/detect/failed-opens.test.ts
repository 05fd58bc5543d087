import { describe, expect, it } from 'vitest';
import { failedOpens, isSilent, judgeFailedOpens } from '../../../shared/core/detect/failed-opens.ts';

const of = (unansweredClients: number, unansweredNat: number, opens = 1_000) => ({
  opens,
  unansweredClients,
  unansweredNat,
});

describe('judgeFailedOpens', () => {
  it('needs five failed opens', () => {
    expect([judgeFailedOpens(of(4, 0, 10), 0), judgeFailedOpens(of(10, 0, 10), 0)]).toEqual(['none', 'significant']);
  });

  it('needs a fiftieth of the opens', () => {
    expect([judgeFailedOpens(of(19, 0), 0), judgeFailedOpens(of(20, 0), 0)]).toEqual(['some', 'significant']);
  });

  it('needs more than three times the noise, and keeps open from two', () => {
    // √(64 + 36) is 10.
    expect([of(60, 40), of(61, 39), of(65, 35), of(66, 34)].map((use) => judgeFailedOpens(use, 0))).toEqual([
      'none',
      'some',
      'some',
      'significant',
    ]);
  });

  it('needs more than five times the noise where records are being lost', () => {
    expect([of(66, 34), of(71, 29), of(76, 24)].map((use) => judgeFailedOpens(use, 0.05))).toEqual([
      'none',
      'some',
      'significant',
    ]);
  });

  it('says nothing of a destination that answers nobody', () => {
    // Of 1,000 opens 400 seem not to have left; of the 600 that did, all but a few went unanswered.
    expect(judgeFailedOpens(of(1_000, 600), 0)).toBe('none');
    // Of 1,000 opens 400 did not leave, and the others were answered.
    expect(judgeFailedOpens(of(400, 0), 0)).toBe('significant');
  });

  it('says nothing where those on ports that are dialled again and again go unanswered all the while', () => {
    expect(judgeFailedOpens({ ...of(900, 10), unansweredNatMost: 500 }, 0)).toBe('none');
    expect(judgeFailedOpens({ ...of(900, 10), unansweredNatMost: 10 }, 0)).toBe('significant');
  });

  it('says nothing where what failed was seen to leave', () => {
    expect(judgeFailedOpens({ ...of(300, 0), passedOn: true }, 0)).toBe('none');
  });

  it('is negative by chance', () => {
    expect([failedOpens(of(3, 5)), judgeFailedOpens(of(3, 5), 0)]).toEqual([-2, 'none']);
  });
});

describe('isSilent', () => {
  it('leaves out the answers whose records were lost', () => {
    // 300 of 1,000 opens failed; of the 700 that left, 140 seem unanswered, or 210.
    expect([isSilent(of(440, 140), 0), isSilent(of(441, 141), 0), isSilent(of(510, 210), 0.2)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
