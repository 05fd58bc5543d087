import { describe, expect, it } from 'vitest';
import { countHeldPorts } from '../../../shared/core/detect/held-ports.ts';
import { flowMinute, NAT_ADDRESS, portsFrom, START } from '../builders.ts';

const at = (offset: number, row: Parameters<typeof flowMinute>[0]) => flowMinute({ minute: START + offset, ...row });
const ports = portsFrom(2_000, 100);
const held = (rows: ReturnType<typeof at>[], idleMinutes = 6) =>
  [...countHeldPorts(rows, idleMinutes)].map(([minute, { held: count }]) => [minute - START, count]);

describe('countHeldPorts', () => {
  it('counts what opened and was answered until a FIN or RST', () => {
    expect(
      held([at(0, { opened: ports, answered: ports }), at(1, { ports }), at(2, { closed: ports }), at(3, { ports })]),
    ).toEqual([
      [0, 100],
      [1, 100],
      [2, 100],
      [3, 0],
    ]);
  });

  it('counts what goes on although its open was before the records, until it closes', () => {
    const goesOn = { ports, answered: ports };
    expect(
      held([at(0, goesOn), at(1, { ports: [9] }), at(2, { ...goesOn, closed: ports }), at(3, goesOn), at(4, goesOn)]),
    ).toEqual([
      [0, 100],
      [1, 100],
      [2, 100],
      [3, 0],
      [4, 0],
    ]);
    expect(held([at(0, { ports })])).toEqual([[0, 0]]);
  });

  it('lets go of a port that is dialled again: what it was dialled for before is over', () => {
    const before = at(0, { opened: ports, answered: ports });
    expect(held([before, at(1, { opened: ports })])).toEqual([
      [0, 100],
      [1, 100],
    ]);
    expect(held([before, at(1, { opened: ports }), at(2, { ports: [9] })])[2]).toEqual([2, 0]);
    expect(held([before, at(1, { opened: ports, answered: ports }), at(2, { ports: [9] })])[2]).toEqual([2, 100]);
  });

  it('does not count an open that nobody answered', () => {
    expect(held([at(0, { opened: ports })])).toEqual([[0, 0]]);
  });

  it('does not count what opened and closed in one minute', () => {
    expect(held([at(0, { opened: ports, answered: ports, closed: ports })])).toEqual([[0, 0]]);
  });

  it('keeps an idle connection, which writes no record, for the idle time and no longer', () => {
    const opens = at(0, { opened: ports, answered: ports });
    const other = (offset: number) => at(offset, { ports: [9] });
    expect(held([opens, other(6)])).toEqual([
      [0, 100],
      [6, 100],
    ]);
    expect(held([opens, other(6), other(7)]).at(-1)).toEqual([7, 100]);
    expect(held([opens, other(7), other(8)]).at(-1)).toEqual([8, 0]);
  });

  it('adds up local addresses: each has ports of its own', () => {
    const opens = { opened: ports, answered: ports };
    expect(held([at(0, opens), at(0, { ...opens, localAddress: NAT_ADDRESS })])).toEqual([[0, 200]]);
  });

  it('tells closes of new connections from those of connections that held the port before', () => {
    const young = (rows: ReturnType<typeof at>[]) =>
      [...countHeldPorts(rows, 6).values()].map(({ youngClosed }) => youngClosed);
    const churn = { opened: ports, answered: ports, closed: ports };
    expect(young([at(0, churn), at(1, churn)])).toEqual([100, 100]);
    expect(young([at(0, { opened: ports, answered: ports }), at(1, churn)])).toEqual([0, 0]);
  });

  it('says nothing of rows without flags, which show neither opens nor closes', () => {
    expect(held([at(0, { ports, opensInferred: true })])).toEqual([]);
  });
});
