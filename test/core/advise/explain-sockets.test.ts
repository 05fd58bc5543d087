import { describe, expect, it } from 'vitest';
import { explainSockets } from '../../../shared/core/advise/explain-sockets.ts';
import { hostSeriesOf, socketMinute, START } from '../builders.ts';

const window = { startMinute: START, endMinute: START + 5 };
const explain = (...tables: Parameters<typeof socketMinute>[0][]) =>
  explainSockets(hostSeriesOf(tables.map((table) => socketMinute(table))).destinations, window, 60);

describe('explainSockets', () => {
  it('takes ports in TIME_WAIT for churn, at the rate that fills it', () => {
    expect(explain({ portsInUse: 28_232, timeWait: 27_900, established: 332 })).toEqual({
      cause: 'churn',
      reason:
        '99 % of the 28232 ports are in TIME_WAIT: connections are opened and closed, about 465 a second, not leaked',
      before: null,
      peak: { opensPerSecond: 465, secondsHeld: expect.closeTo(60.7, 1) },
    });
  });

  it('takes open ones for a leak', () => {
    expect(explain({ portsInUse: 1_000, timeWait: 100, established: 900 })).toMatchObject({
      cause: 'leak',
      reason:
        '90 % of the 1000 ports are open: they are opened and not closed, or wait for a destination that answers late',
    });
    expect(explain({ portsInUse: 1_000, timeWait: 100, established: 100 })?.reason).toContain('CLOSE_WAIT');
  });

  it('does not choose between halves', () => {
    expect(explain({ portsInUse: 1_000, timeWait: 500, established: 500 })?.cause).toBe('unknown');
  });

  it('looks at the fullest table of the incident', () => {
    const tables = [
      { minute: START, portsInUse: 900, timeWait: 800, established: 100 },
      { minute: START + 2, portsInUse: 1_000, timeWait: 0, established: 1_000 },
      { minute: START + 9, portsInUse: 2_000, timeWait: 2_000, established: 0 },
    ];
    expect(explain(...tables)?.cause).toBe('leak');
  });

  it('says nothing without a table', () => {
    expect(explainSockets([], window, 60)).toBeNull();
  });
});
