import { describe, expect, it } from 'vitest';
import { countUnansweredPorts, neighboursOf, openedPorts } from '../../../shared/core/detect/opens.ts';
import type { FlowMinute } from '../../../shared/core/model/observation.ts';
import { portsOf } from '../../../shared/core/model/port-set.ts';
import { flowMinute, portsFrom, START } from '../builders.ts';

/** The rows of some minutes, by how far each is from `START`. */
const around = (rows: Readonly<Record<number, FlowMinute>>) =>
  new Map(Object.entries(rows).map(([offset, row]) => [START + Number(offset), [row]]));

const at = (offset: number, row: Parameters<typeof flowMinute>[0]) => flowMinute({ minute: START + offset, ...row });

function openedAtStart(rows: Readonly<Record<number, FlowMinute>>): number[] {
  const row = rows[0] as FlowMinute;
  return [...portsOf(openedPorts(row, neighboursOf(around(rows), row)))];
}

function unansweredAtStart(rows: Readonly<Record<number, FlowMinute>>): number {
  const row = rows[0] as FlowMinute;
  return countUnansweredPorts(row, neighboursOf(around(rows), row));
}

describe('openedPorts with flags', () => {
  it('is the ports with a SYN', () => {
    expect(openedAtStart({ 0: at(0, { opened: [1, 2], ports: [3] }) })).toEqual([1, 2]);
  });

  it('takes a SYN after an unanswered one for a retransmission', () => {
    expect(openedAtStart({ [-1]: at(-1, { opened: [1, 2], answered: [2] }), 0: at(0, { opened: [1, 2] }) })).toEqual([
      2,
    ]);
  });

  it('counts a port again that was opened, answered and used anew: ports recycle within minutes', () => {
    const busy = portsFrom(1_024, 128);
    const rows = { [-1]: at(-1, { opened: busy, answered: busy, closed: busy }), 0: at(0, { opened: busy }) };
    expect(openedAtStart(rows)).toHaveLength(128);
  });
});

describe('openedPorts without flags', () => {
  const inferred = (offset: number, ports: number[]) => at(offset, { ports, opensInferred: true });

  it('is the ports unseen in the two minutes before', () => {
    expect(openedAtStart({ [-2]: inferred(-2, [1]), [-1]: inferred(-1, [2]), 0: inferred(0, [1, 2, 3]) })).toEqual([3]);
  });

  it('forgets what is three minutes old', () => {
    expect(openedAtStart({ [-3]: inferred(-3, [1]), 0: inferred(0, [1]) })).toEqual([1]);
  });
});

describe('countUnansweredPorts', () => {
  it('takes an answer in the same minute or the next', () => {
    const rows = { 0: at(0, { opened: [1, 2, 3], answered: [1] }), 1: at(1, { answered: [2] }) };
    expect(unansweredAtStart(rows)).toBe(1);
  });

  it('does not take a later one', () => {
    expect(unansweredAtStart({ 0: at(0, { opened: [1] }), 2: at(2, { answered: [1] }) })).toBe(1);
  });
});

describe('neighboursOf', () => {
  it('keeps vantages, interfaces and initiators apart', () => {
    const row = at(0, { opened: [1] });
    const others = [
      at(1, { answered: [1], via: '10.0.0.220' }),
      at(1, { answered: [1], interfaceId: 'eni-other' }),
      at(1, { answered: [1], localAddress: '10.0.1.6' }),
    ];
    expect(neighboursOf(new Map([[START + 1, others]]), row).after).toBeUndefined();
  });
});
