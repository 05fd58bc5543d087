import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupRows, joinRows, pickRows } from '../../../shared/core/flow-rows/flow-rows.ts';
import { mergePackedRows } from '../../../shared/core/flow-rows/order-rows.ts';
import { PackedRows } from '../../../shared/core/flow-rows/packed-rows.ts';
import { RowStore } from '../../../shared/core/flow-rows/row-store.ts';
import { mergeFlowRows } from '../../../shared/core/flow-log/merge-rows.ts';
import type { FlowMinute } from '../../../shared/core/model/observation.ts';
import { ARRAY_LIMIT, portSetOf, rangeOf } from '../../../shared/core/model/port-set.ts';
import { flowMinute, portsFrom } from '../builders.ts';
import { plainRow } from '../flow-log/plain-rows.ts';
import { arbitraryFlow } from '../flow-log/rows-arbitrary.ts';

const pack = (rows: readonly FlowMinute[], store = new RowStore()): PackedRows =>
  new PackedRows(
    store,
    Uint32Array.from(rows, (row) => store.add(row)),
  );
const plain = (rows: Iterable<FlowMinute>) => [...rows].map(plainRow);

describe('packed rows', () => {
  it('say what the rows said', () => {
    fc.assert(
      fc.property(fc.array(arbitraryFlow, { maxLength: 20 }), (rows) => {
        expect(plain(pack(rows))).toEqual(plain(rows));
      }),
    );
  });

  it.each([0, 1, 2, 7, 8, 9, 255, 2047, 2048, 2049, 30_000, 65_536])('hold %i ports, and any of them', (count) => {
    const ports = portsFrom(0, count);
    const every = (step: number) => portSetOf(ports.filter((port) => port % step === 0));
    const row = { ...flowMinute({ ports: [] }), ports: portSetOf(ports), opened: every(1), answered: every(2) };
    const rows = [
      { ...row, closed: every(50) },
      { ...row, opened: portSetOf([]), answered: every(65_535), closed: portSetOf([3, 70, 65_535]) },
    ];
    const packed = [...pack(rows)];
    expect(plain(packed)).toEqual(plain(rows));
    for (const [i, { ports: own, closed }] of packed.entries()) {
      expect(own.size).toBe(count);
      expect(rangeOf(own)).toEqual(rangeOf(rows[i]?.ports ?? portSetOf([])));
      expect([own, closed].map((set) => set.bitmap !== null)).toEqual([count > ARRAY_LIMIT, closed.size > ARRAY_LIMIT]);
    }
  });

  it('hold counts of any size, in more than a page', () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => ({
      ...flowMinute({ minute: 29_000_000 + (i % 7), ports: portsFrom(i % 500, 1 + (i % 40)) }),
      bytes: 2 ** (i % 53),
      packets: i * 65_537,
      rejected: i % 3,
      overlap: [i, 0, 0, i * 3],
      lifetimes: [0, 0, 0, 0, 0, 0, i],
    }));
    const packed = pack(rows);
    expect(packed.store.writer.pages.length).toBeGreaterThan(2);
    expect(plain(packed)).toEqual(plain(rows));
  });

  it('are filtered, grouped, joined and picked as lists are', () => {
    fc.assert(
      fc.property(fc.array(arbitraryFlow), fc.array(arbitraryFlow), fc.infiniteStream(fc.nat()), (a, b, random) => {
        const store = new RowStore();
        const [packedA, packedB] = [pack(a, store), pack(b, store)];
        const isMeant = (row: FlowMinute): boolean => row.destination.port === 443 || row.ports.size > 2;
        expect(plain(packedA.filter(isMeant))).toEqual(plain(a.filter(isMeant)));
        expect([packedA.some(isMeant), packedA.every(isMeant)]).toEqual([a.some(isMeant), a.every(isMeant)]);
        const joined = joinRows(packedA, packedB);
        expect(plain(joined)).toEqual(plain([...a, ...b]));
        const groups = groupRows(joined, (row) => row.localAddress);
        expect([...groups].map(([key, own]) => [key, plain(own)])).toEqual(
          [...Map.groupBy([...a, ...b], (row) => row.localAddress)].map(([key, own]) => [key, plain(own)]),
        );
        const places = Uint32Array.from(a, () => (random.next().value as number) % a.length);
        expect(plain(pickRows(packedA, places))).toEqual(plain(pickRows(a, places)));
      }),
    );
  });

  it('of one key become one, in the one order, and leave the rows that were read alone', () => {
    fc.assert(
      fc.property(fc.array(arbitraryFlow, { maxLength: 20 }), (rows) => {
        const read = pack(rows);
        const layer = new RowStore(read.store);
        expect(plain(mergePackedRows(layer, read.numbers()))).toEqual(plain(mergeFlowRows(rows)));
        expect(plain(read)).toEqual(plain(rows));
        expect(read.store.length).toBe(rows.length);
      }),
    );
  });

  it('that lie side by side need no list of their numbers', () => {
    const rows = [1, 2, 3, 4].map((minute) => flowMinute({ minute }));
    const { store } = pack(rows);
    const some = new PackedRows(store, null, 1, 3);
    expect(plain(some)).toEqual(plain(rows.slice(1, 3)));
    expect([...some.numbers()]).toEqual([1, 2]);
    expect([some.at(1)?.minute, some.at(2)]).toEqual([3, undefined]);
    expect(plain(some.filter(({ minute }) => minute > 2))).toEqual(plain([rows[2] as FlowMinute]));
  });

  it('of more keys than a table begins with are told apart', () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => flowMinute({ localAddress: `10.0.${i >> 8}.${i & 255}` }));
    const packed = pack([...rows, ...rows]);
    expect(packed.store.keys.length).toBe(5_000);
    expect(packed.groupBy(({ localAddress }) => localAddress).size).toBe(5_000);
  });

  it('that are lent are the same object, and those that are iterated over are not', () => {
    const rows = pack([flowMinute({ minute: 1 }), flowMinute({ minute: 2 })]);
    const lent = new Set<FlowMinute>();
    rows.filter((row) => lent.add(row).size > 0);
    expect([lent.size, new Set(rows).size]).toEqual([1, 2]);
  });

  it('that are cut off make room for others', () => {
    const store = new RowStore();
    const kept = pack([flowMinute({ minute: 1 })], store);
    pack([flowMinute({ minute: 2 }), flowMinute({ minute: 3 })], store);
    store.cut(1);
    expect([...kept, ...pack([flowMinute({ minute: 4 })], store)].map(({ minute }) => minute)).toEqual([1, 4]);
    expect(store.length).toBe(2);
  });
});
