import { describe, expect, it } from 'vitest';
import { recommend } from '../../../shared/core/advise/recommend.ts';
import type { Case } from '../../../shared/core/advise/situation.ts';
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
    expect(actions({ cause: 'churn' }).at(-1)).toBe('do-not-tune-client-ports');
  });

  const NAT = ['reuse-connections', 'add-nat-address', 'bypass-nat', 'spread-over-addresses', 'split-subnets'];
  const HOST = ['reuse-connections', 'widen-port-range', 'enable-tcp-tw-reuse', 'spread-over-addresses'];
  it.each([
    ['nat', 'churn', [...NAT, 'do-not-tune-client-ports']],
    ['nat', 'growth', [...NAT, 'do-not-tune-client-ports']],
    ['nat', 'leak', ['close-connections', ...NAT]],
    ['nat', 'hold', ['shorten-holding', ...NAT, 'do-not-scale-out-clients']],
    ['nat', 'capacity', NAT],
    ['nat', 'unknown', NAT],
    ['host', 'churn', [...HOST, 'do-not-lower-tcp-fin-timeout']],
    ['host', 'growth', [...HOST, 'do-not-lower-tcp-fin-timeout']],
    ['host', 'leak', ['close-connections', ...HOST, 'do-not-lower-tcp-fin-timeout']],
    ['host', 'hold', ['shorten-holding', ...HOST, 'do-not-lower-tcp-fin-timeout']],
    ['host', 'capacity', [...HOST, 'do-not-lower-tcp-fin-timeout']],
    ['host', 'unknown', [...HOST, 'do-not-lower-tcp-fin-timeout']],
    [
      'load-balancer',
      'unknown',
      ['spread-load-balancer-ports', 'keep-load-balancer-connections', 'loosen-load-balancer-persistence'],
    ],
  ] as const)('%s, %s: everything that can help, and nothing that cannot', (layer, cause, expected) => {
    expect(actions({ layer, cause }).toSorted()).toEqual([...expected].toSorted());
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
    expect(advice('split-subnets', { addresses: 8 })?.expectedEffect).toContain('when a gateway has all its addresses');
    expect(actions({ isRegional: true })).not.toContain('add-nat-address');
    expect(actions({ isRegional: true })).not.toContain('split-subnets');
    expect(advice('add-nat-address', { peakPorts: null })?.expectedEffect).not.toContain('peak');
  });

  it('the time that requests took before they became slow', () => {
    expect(advice('shorten-holding', { cause: 'hold' })?.expectedEffect).toBe(
      'Back at 2 s per connection the same rate needs 1600 ports.',
    );
  });

  it('a wider range: ports, and new connections a second that TIME_WAIT lets through', () => {
    const linux = advice('widen-port-range', { layer: 'host', capacityPorts: 28_232, peakPorts: 28_232 });
    expect(linux?.expectedEffect).toBe(
      '28232 → 64512 ports per destination; the peak of 28232 would be 44 %. With TIME_WAIT of 60 s that sustains 1075 new connections/s instead of 470.',
    );
    expect(linux?.detail).toMatch(/^Linux: sysctl -w net\.ipv4\.ip_local_port_range="1024 65535"/);
    const windows = advice('widen-port-range', { layer: 'host', capacityPorts: 16_384, peakPorts: null });
    expect(windows?.detail).toMatch(/^Windows: netsh int ipv4 set dynamicport tcp start=10000 num=55536/);
    expect(windows?.expectedEffect).toContain('16384 → 55536 ports');
    expect(windows?.expectedEffect).toContain('instead of 136');
  });

  it('what reuse of TIME_WAIT leaves, and what it holds whatever tcp_fin_timeout says', () => {
    const churn = { before: null, peak: { opensPerSecond: 400, secondsHeld: 61 }, cause: 'churn' as const, reason: '' };
    const given = { layer: 'host' as const, capacityPorts: 28_232, nowcast: churn };
    expect(advice('enable-tcp-tw-reuse', given)?.expectedEffect).toContain('about 800 ports');
    expect(advice('do-not-lower-tcp-fin-timeout', given)?.detail).toContain('it holds 24000 ports whatever');
    const unknown = { ...churn, peak: { opensPerSecond: 0, secondsHeld: 0 } };
    expect(advice('enable-tcp-tw-reuse', { ...given, nowcast: unknown })?.expectedEffect).toBe(
      'Works at once, even when the range is already full.',
    );
  });

  it('half of the sources on a gateway of their own, and twice the addresses of the destination', () => {
    expect(advice('split-subnets')?.expectedEffect).toContain('leave 45 % here');
    expect(advice('spread-over-addresses')?.expectedEffect).toContain('the peak of 50000 would be 45 %');
    expect(actions({ destination: null })).not.toContain('spread-over-addresses');
  });
});

describe('pooling', () => {
  const told = (runtimes: readonly string[]) => advice('reuse-connections', { runtimes })?.detail ?? '';

  it('is told in the words of the runtime that logged the failures', () => {
    expect(told(['go', 'go'])).toContain('MaxIdleConnsPerHost raised from its default of 2');
    expect(told(['go'])).not.toContain('Node:');
    expect(told(['nginx'])).toContain('upstream { keepalive 64; }');
    expect(told(['haproxy'])).toContain('http-reuse');
    expect(told(['dotnet', 'java'])).toMatch(/\.NET: .*Java: /);
  });

  it('is told for the commonest where nobody knows, or knows nothing of it', () => {
    for (const runtimes of [[], ['linux-kernel'], ['constructor']])
      for (const name of ['Node:', 'Java:', 'Go:', 'Python:', '.NET:', 'nginx:'])
        expect(told(runtimes)).toContain(name);
  });
});

describe('a client that binds first', () => {
  it('should bind without a port, where that is possible', () => {
    const given = { layer: 'host', capacityPorts: 28_232 } as const;
    expect(actions({ ...given, bindsFirst: true })[0]).toBe('bind-address-no-port');
    expect(actions({ ...given, bindsFirst: true })).not.toContain('spread-over-addresses');
    expect(actions(given)).not.toContain('bind-address-no-port');
    // Windows has no such option, and its connect fails so in any case.
    expect(actions({ ...given, capacityPorts: 16_384, bindsFirst: true })).not.toContain('bind-address-no-port');
  });
});

describe('an endpoint', () => {
  it('is for destinations on the internet', () => {
    expect(actions({})).toContain('bypass-nat');
    expect(actions({ destination: { ...DESTINATION, address: '10.1.2.3' } })).not.toContain('bypass-nat');
    expect(actions({ destination: null })).not.toContain('bypass-nat');
  });

  it('is for AWS services, where log events name the destination', () => {
    const named = (...hostNames: string[]) => advice('bypass-nat', { hostNames });
    expect(named('partner.example.com')).toBeUndefined();
    expect(named('amazonaws.com.evil.example')).toBeUndefined();
    expect(named('bucket.s3.eu-west-1.amazonaws.com')).toMatchObject({
      detail: expect.stringMatching(/^bucket\.s3\.eu-west-1\.amazonaws\.com is an AWS service: a VPC endpoint/),
      sideEffects: ['Bucket policies that name source addresses need aws:SourceVpce instead.'],
    });
    expect(named('sqs.eu-west-1.amazonaws.com')?.sideEffects[0]).toContain('billed by the hour');
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
