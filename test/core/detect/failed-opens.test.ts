import { describe, expect, it } from 'vitest';
import { failedOpens, isFailing } from '../../../shared/core/detect/failed-opens.ts';

const of = (unansweredClients: number, unansweredNat: number, opens = 100) => ({
  opens,
  unansweredClients,
  unansweredNat,
});

describe('isFailing', () => {
  it('needs five failed opens', () => {
    expect([isFailing(of(4, 0), false), isFailing(of(10, 0), false)]).toEqual([false, true]);
  });

  it('needs a fiftieth of the opens', () => {
    expect([isFailing(of(10, 0, 501), false), isFailing(of(10, 0, 500), false)]).toEqual([false, true]);
  });

  it('needs more than three times the noise, five where records are being lost', () => {
    // √(64 + 36) is 10.
    expect([isFailing(of(64, 36), false), isFailing(of(66, 35), false)]).toEqual([false, true]);
    expect([isFailing(of(66, 35), true), isFailing(of(76, 25), true)]).toEqual([false, true]);
  });

  it('may be negative by chance', () => {
    expect(failedOpens(of(3, 5))).toBe(-2);
    expect(isFailing(of(3, 5), false)).toBe(false);
  });
});
