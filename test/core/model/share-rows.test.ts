import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlowMinute, Observation } from '../../../shared/core/model/observation.ts';
import { portSetOf, portsOf } from '../../../shared/core/model/port-set.ts';
import { createRowSharing } from '../../../shared/core/model/share-rows.ts';
import { arbitraryCoverage, arbitraryFlow } from '../flow-log/rows-arbitrary.ts';

/** A row as what it says: sets may have more room than ports. */
const told = (row: Observation): unknown =>
  row.kind === 'flow'
    ? {
        ...row,
        ports: [...portsOf(row.ports)],
        opened: [...portsOf(row.opened)],
        answered: [...portsOf(row.answered)],
        closed: [...portsOf(row.closed)],
      }
    : row;

test('a shared row says what the row said, and the row is left as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(arbitraryFlow, arbitraryCoverage)), (rows) => {
      const before = rows.map(told);
      const shared = rows.map(createRowSharing());
      expect(shared.map(told)).toEqual(before);
      expect(rows.map(told)).toEqual(before);
    }),
  );
});

test('sets past a list, large counts and long sets that are not the same stay apart', () => {
  const [row] = fc.sample(arbitraryFlow, 1) as [FlowMinute];
  const many = portSetOf(Array.from({ length: 5_000 }, (_, i) => 1_024 + i));
  const most = portSetOf(Array.from({ length: 5_000 }, (_, i) => 1_025 + i));
  const wide = {
    ...row,
    ports: many,
    opened: many,
    answered: most,
    closed: portSetOf([]),
    overlap: [5_000, 16, 15, 0],
  };
  const share = createRowSharing();
  expect([wide, { ...wide, overlap: [5_000, 0, 15, 0] }].map(share).map(told)).toEqual([
    told(wide),
    told({ ...wide, overlap: [5_000, 0, 15, 0] }),
  ]);
});

test('ten thousand rows of one port need sets, destinations and counts by what they say, not by how many they are', () => {
  const rows = Array.from({ length: 10_000 }, (_, i): FlowMinute => {
    const port = portSetOf([1_024 + (i % 50)]);
    return {
      kind: 'flow',
      minute: i,
      interfaceId: `eni-${i % 3}`,
      localAddress: `10.0.0.${i % 9}`,
      destination: { address: '203.0.113.7', port: 443 + (i % 2), protocol: 6 },
      via: null,
      ports: port,
      opened: portSetOf(portsOf(port)),
      answered: portSetOf(portsOf(port)),
      closed: portSetOf([]),
      opensInferred: false,
      overlap: [i % 2, 1, 1, 0],
      bytes: i,
      packets: 3,
      records: 2,
      rejected: 0,
      lifetimes: [0, 1, 0, 0, 0, 0, 0],
    };
  });
  const shared = rows.map(createRowSharing()) as FlowMinute[];
  const distinct = (of: (row: FlowMinute) => unknown): number => new Set(shared.map(of)).size;
  expect(new Set(shared.flatMap(({ ports, opened, answered, closed }) => [ports, opened, answered, closed])).size).toBe(
    51,
  );
  expect(distinct(({ destination }) => destination)).toBe(2);
  expect(distinct(({ overlap }) => overlap)).toBe(2);
  expect(distinct(({ lifetimes }) => lifetimes)).toBe(1);
});
