import { expect, it } from 'vitest';
import { portSetOf, portsOf } from '../../shared/core/model/port-set.ts';
import type { PartStore } from '../../shared/ports.ts';
import { boringFlow, boringPart, TEN_O_CLOCK_MINUTE as TEN } from './boring.ts';

export function partStoreContract(store: () => PartStore): void {
  const idsIn = async (from: number, to: number) => (await store().load({ from, to })).map(({ id }) => id);

  it('is empty at first', async () => {
    expect(await store().extent()).toBeNull();
    expect(await idsIn(0, TEN)).toEqual([]);
  });

  it('gives a part back as it was, port sets of both forms included', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => 1_024 + index * 3);
    const part = boringPart({ observations: [boringFlow({ ports: portSetOf(many) }), boringFlow()] });
    await store().put(part);
    const [loaded] = await store().load({ from: TEN, to: TEN });
    const [large, small] = (loaded?.observations ?? []) as ReturnType<typeof boringFlow>[];
    expect([...portsOf(large?.ports ?? portSetOf([]))]).toEqual(many);
    expect(large?.ports.size).toBe(many.length);
    expect([...portsOf(small?.ports ?? portSetOf([]))]).toEqual([40_000, 40_001]);
    const plain = { ports: null, opened: null, answered: null, closed: null };
    expect({ ...loaded, observations: loaded?.observations.map((row) => ({ ...row, ...plain })) }).toEqual({
      ...part,
      observations: part.observations.map((row) => ({ ...row, ...plain })),
    });
  });

  it('keeps every kind of observation', async () => {
    const minute = TEN;
    const observations = [
      { kind: 'flow-coverage', minute, interfaceId: 'eni-1', records: 5, noData: 1, skipData: 0 },
      {
        kind: 'connect-error',
        minute,
        signature: 'node-eaddrnotavail',
        verdict: 'connect-exhaustion',
        certainty: 0.95,
        runtime: 'node',
        logSource: { group: '/app', stream: null, service: 'checkout' },
        destination: { host: 'payments.example.com', port: 443 },
        localAddress: null,
        eventIds: ['00000000000000aa', '00000000000000ab'],
        firstEventMs: minute * 60_000 + 1,
        lastEventMs: minute * 60_000 + 2,
        samples: [{ eventId: '00000000000000aa', text: 'connect EADDRNOTAVAIL \u202E é 漢字' }],
      },
      {
        kind: 'metric',
        minute,
        resourceType: 'nat-gateway',
        resourceId: null,
        metric: 'ErrorPortAllocation',
        value: 1.5,
        periodMinutes: 1,
      },
      {
        kind: 'socket',
        minute,
        host: 'web-1',
        localAddress: '10.0.1.5',
        destination: { address: '2001:db8::1', port: 443, protocol: 6 },
        timeWait: 10,
        established: 5,
        portsInUse: 15,
        localRange: { low: 32_768, high: 60_999 },
      },
    ] as const;
    const part = boringPart({ source: 'app-log', observations });
    await store().put(part);
    expect(await store().load({ from: minute, to: minute })).toEqual([part]);
  });

  it('replaces a part of the same id, its range included', async () => {
    await store().put(boringPart({ observations: [boringFlow({ minute: TEN + 100 })] }));
    await store().put(boringPart({ input: 'again.log.gz' }));
    await store().put(boringPart({ input: 'again.log.gz' }));
    expect((await store().load({ from: 0, to: TEN + 200 })).map(({ input }) => input)).toEqual(['again.log.gz']);
    expect(await store().extent()).toEqual({ from: TEN, to: TEN });
  });

  it('loads the parts with an observation in the range, both ends included, ascending by id', async () => {
    const at = (id: string, ...minutes: number[]) =>
      store().put(boringPart({ id, observations: minutes.map((minute) => boringFlow({ minute: TEN + minute })) }));
    await at('part-c', 0, 1);
    await at('part-a', 2);
    await at('part-b', 5);
    await at('part-d', 0, 9);
    expect(await idsIn(TEN + 1, TEN + 2)).toEqual(['part-a', 'part-c']);
    expect(await idsIn(TEN + 5, TEN + 9)).toEqual(['part-b', 'part-d']);
    expect(await idsIn(TEN + 3, TEN + 4)).toEqual([]);
    expect(await idsIn(0, TEN + 100)).toEqual(['part-a', 'part-b', 'part-c', 'part-d']);
    expect(await store().extent()).toEqual({ from: TEN, to: TEN + 9 });
  });

  it('takes a part without observations, which no range finds', async () => {
    await store().put(boringPart({ observations: [] }));
    expect(await store().extent()).toBeNull();
    expect(await idsIn(0, TEN + 100)).toEqual([]);
  });
}
