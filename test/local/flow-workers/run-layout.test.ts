import { describe, expect, it } from 'vitest';
import { PARTITIONS } from '../../../shared/core/flow-log/engine/tuple.ts';
import { bytesIn, createRunList, runsIn } from '../../../shared/local/flow-workers/run-layout.ts';

describe('where runs are', () => {
  it('tells of every partition its runs, in the order in which they were written, and what lies before each', () => {
    const runs = createRunList();
    runs.add(255, 10);
    runs.add(0, 7);
    runs.add(255, 0);
    runs.add(255, 16_777_215);
    runs.add(3, 1);
    const layout = runs.layOut();
    expect([...runsIn(layout, 0)]).toEqual([[10, 7]]);
    expect([...runsIn(layout, 1)]).toEqual([]);
    expect([...runsIn(layout, 3)]).toEqual([[16_777_232, 1]]);
    expect([...runsIn(layout, 255)]).toEqual([
      [0, 10],
      [17, 0],
      [17, 16_777_215],
    ]);
    expect(bytesIn(layout, 255)).toBe(16_777_225);
    expect(bytesIn(layout, 1)).toBe(0);
  });

  it('grows with the runs, past what fits in 32 bits', () => {
    const runs = createRunList();
    for (let i = 0; i < 5000; i += 1) runs.add(i % PARTITIONS, 1_000_000);
    const layout = runs.layOut();
    expect([...runsIn(layout, 4999 % PARTITIONS)].at(-1)).toEqual([4_999_000_000, 1_000_000]);
  });

  it('refuses a run that is longer than any can be', () => {
    expect(() => createRunList().add(0, 2 ** 24)).toThrow(/16777215/);
  });
});
