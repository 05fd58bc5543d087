import { describe, expect, it } from 'vitest';
import { countOpens } from '../../../shared/core/detect/count-opens.ts';
import { countUnansweredPorts, neighboursOf, openedPorts } from '../../../shared/core/detect/opens.ts';
import { flowMinute, NAT_ADDRESS, portsFrom, START } from '../builders.ts';

const at = (offset: number, row: Parameters<typeof flowMinute>[0]) => flowMinute({ minute: START + offset, ...row });
const ports = portsFrom(2_000, 100);

describe('countOpens', () => {
  it('adds up by minute what is said of each row', () => {
    const rows = [
      at(0, { opened: ports, answered: portsFrom(2_000, 60) }),
      at(0, { opened: ports, answered: ports, localAddress: NAT_ADDRESS }),
      at(1, { opened: ports, answered: portsFrom(2_060, 20) }),
      at(2, { ports, opensInferred: true }),
    ];
    const byMinute = Map.groupBy(rows, (row) => row.minute);
    const expected = [...byMinute].map(([minute, own]) => [
      minute,
      {
        opens: own.reduce((sum, row) => sum + openedPorts(row, neighboursOf(byMinute, row)).size, 0),
        unanswered: own.reduce((sum, row) => sum + countUnansweredPorts(row, neighboursOf(byMinute, row)), 0),
      },
    ]);
    expect([...countOpens(rows)].map(([minute, { opens, unanswered }]) => [minute, { opens, unanswered }])).toEqual(
      expected,
    );
    expect(countOpens(rows).get(START)).toMatchObject({ opens: 200, unanswered: 20 });
  });

  it('says how many there are at most: a port that goes unanswered again may be a new attempt', () => {
    const twice = [at(0, { opened: ports }), at(1, { opened: ports })];
    expect(countOpens(twice).get(START + 1)).toEqual({ opens: 0, unanswered: 0, unansweredMost: 100 });
  });

  it('says so without flags too, where a port unseen for two minutes passes for an open', () => {
    const twice = [at(0, { ports, opensInferred: true }), at(1, { ports, opensInferred: true })];
    expect(countOpens(twice).get(START + 1)).toEqual({ opens: 0, unanswered: 0, unansweredMost: 100 });
  });

  it('takes rows of other clients, interfaces and ways for no neighbours', () => {
    const answers = at(1, { answered: ports, interfaceId: 'eni-other' });
    expect(countOpens([at(0, { opened: ports }), answers]).get(START)).toEqual({
      opens: 100,
      unanswered: 100,
      unansweredMost: 100,
    });
    const own = at(1, { answered: ports });
    expect(countOpens([at(0, { opened: ports }), own]).get(START)).toEqual({
      opens: 100,
      unanswered: 0,
      unansweredMost: 0,
    });
  });
});
