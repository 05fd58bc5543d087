import { describe, expect, it } from 'vitest';
import { type Case, recommend } from '../../../shared/core/advise/recommend.ts';
import { CAUSES, LAYERS, recommendationSchema } from '../../../shared/core/finding/schema.ts';
import { DESTINATION } from '../builders.ts';

const situation = (override: Partial<Case> = {}): Case => ({
  layer: 'nat',
  cause: 'churn',
  destination: DESTINATION,
  capacityPorts: 55_000,
  peakPorts: 50_000,
  nowcast: {
    cause: 'churn',
    reason: '',
    before: { opensPerSecond: 100, secondsHeld: 2 },
    peak: { opensPerSecond: 800, secondsHeld: 60 },
  },
  addresses: 1,
  portsPerAddress: 55_000,
  ...override,
});
const actions = (override: Partial<Case>): string[] => recommend(situation(override)).map(({ action }) => action);
const advice = (action: string, override: Partial<Case> = {}) =>
  recommend(situation(override)).find((each) => each.action === action);

describe('what helps first comes first', () => {
  it.each([
    ['nat', 'churn', 'reuse-connections'],
    ['nat', 'hold', 'shorten-holding'],
    ['nat', 'leak', 'close-connections'],
    ['host', 'churn', 'enable-tcp-tw-reuse'],
    ['host', 'leak', 'close-connections'],
    ['host', 'hold', 'shorten-holding'],
    ['load-balancer', 'unknown', 'spread-load-balancer-ports'],
  ] as const)('%s, %s: %s', (layer, cause, first) => {
    expect(actions({ layer, cause })[0]).toBe(first);
  });

  it('and what does not help comes last, as such', () => {
    expect(actions({ layer: 'host' }).at(-1)).toBe('do-not-lower-tcp-fin-timeout');
    expect(actions({ cause: 'hold' }).at(-1)).toBe('do-not-scale-out-clients');
    expect(actions({ cause: 'churn' })).not.toContain('do-not-scale-out-clients');
  });
});

describe('sizes come from the evidence', () => {
  it('a pool: the rate times how long a connection was busy before', () => {
    expect(advice('reuse-connections')?.expectedEffect).toBe(
      '800 new connections/s become about 1600 standing ones: 2.9 % of the ports.',
    );
    expect(advice('reuse-connections', { cause: 'unknown' })?.expectedEffect).toContain('One port per standing');
  });

  it('one more address, for as long as there may be one', () => {
    expect(advice('add-nat-address')?.expectedEffect).toBe(
      'Capacity per destination 55000 → 110000 ports; the peak of 50000 would be 45 %. Buys time only while the rate keeps growing.',
    );
    expect(actions({ addresses: 7 })).toContain('add-nat-address');
    expect(actions({ addresses: 8 })).not.toContain('add-nat-address');
    expect(advice('add-nat-address', { peakPorts: null })?.expectedEffect).not.toContain('peak');
  });

  it('the time that requests took before they became slow', () => {
    expect(advice('shorten-holding', { cause: 'hold' })?.expectedEffect).toBe(
      'Back at 2 s per connection the same rate needs 1600 ports.',
    );
  });

  it('a wider range', () => {
    expect(
      advice('widen-port-range', { layer: 'host', capacityPorts: 28_232, peakPorts: 28_232 })?.expectedEffect,
    ).toBe('28232 → 64512 ports per destination; the peak of 28232 would be 44 %.');
  });
});

describe('an endpoint', () => {
  it('is for destinations on the internet', () => {
    expect(actions({})).toContain('bypass-nat');
    expect(actions({ destination: { ...DESTINATION, address: '10.1.2.3' } })).not.toContain('bypass-nat');
    expect(actions({ destination: null })).not.toContain('bypass-nat');
  });
});

describe('every recommendation', () => {
  const all = LAYERS.flatMap((layer) =>
    CAUSES.flatMap((cause) => [
      recommend(situation({ layer, cause })),
      recommend(situation({ layer, cause, destination: null, peakPorts: null })),
    ]),
  );

  it('is something, fits the schema, and says each thing once', () => {
    for (const list of all) {
      expect(list.length).toBeGreaterThan(0);
      for (const entry of list) expect(recommendationSchema.parse(entry)).toEqual(entry);
      expect(new Set(list.map(({ action }) => action)).size).toBe(list.length);
    }
  });

  it('never advises what is wrong on Linux, or gone', () => {
    const text = JSON.stringify(all);
    expect(text).not.toMatch(/sysctl -w net\.ipv4\.(?:tcp_fin_timeout|tcp_tw_recycle)/);
    expect(text).not.toMatch(/NaN|Infinity|undefined|e\+/);
  });
});
