import { describe, expect, it } from 'vitest';
import { TCP } from '../../../shared/core/model/destination.ts';
import type { RuledOut } from '../../../shared/core/finding/schema.ts';
import { portSetOf } from '../../../shared/core/model/port-set.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  analyzeRows,
  CLIENT,
  CLIENT_INTERFACE,
  connectErrorMinute,
  flowCoverageMinute,
  flowMinute,
  metricMinute,
  metricRun,
  NAT_ADDRESS,
  NAT_INTERFACE,
  natInventory,
  natMinute,
  natRun,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const ruledOut = (rows: readonly Observation[], own = settings()): RuledOut[] =>
  analyzeRows(rows, { settings: own }).ruledOut;
const kindsOf = (rows: readonly Observation[], own = settings()): string[] =>
  ruledOut(rows, own).map(({ kind }) => kind);
const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

describe('what a log event’s own text rules out', () => {
  it.each([
    ['bind-misconfig', 'bind-mistake'],
    ['connect-misconfig', 'connect-mistake'],
    ['conntrack-full', 'conntrack-full'],
    ['name-resolution', 'name-resolution-failed'],
    ['too-many-files', 'too-many-open-files'],
    ['pool-exhausted', 'connection-pool-exhausted'],
  ] as const)('%s is %s, with source, count and span', (verdict, kind) => {
    const rows = [
      connectErrorMinute({ verdict, signature: 'some-signature', events: 2 }),
      connectErrorMinute({ verdict, signature: 'some-signature', events: 3, minute: START + 7 }),
    ];
    expect(ruledOut(rows)).toEqual([
      {
        kind,
        reason: expect.stringContaining('(5 events, some-signature)'),
        subject: '/ecs/checkout',
        firstSeenAt: '2026-01-01T10:00:00Z',
        lastSeenAt: '2026-01-01T10:07:00.002Z',
      },
    ]);
    expect(analyzeRows(rows).findings).toEqual([]);
  });

  it.each([
    ['name-resolution', []],
    ['pool-exhausted', []],
    ['too-many-files', ['too-many-open-files']],
  ] as const)('of %s is nothing where it may follow from a lack of ports', (verdict, expected) => {
    const row = connectErrorMinute({ verdict, signature: 'some-signature', events: 9 });
    const timeouts = connectErrorMinute({ verdict: 'nat-timeout-suspect', events: 2 });
    expect(kindsOf([row, timeouts])).toEqual(expected);
    const elsewhere = { group: '/ecs/other', stream: null, service: null };
    const incident = Array.from({ length: 3 }, (_, i) =>
      connectErrorMinute({ minute: START + i, events: 60, logSource: elsewhere }),
    );
    expect(analyzeRows([row, ...incident]).findings).toHaveLength(1);
    expect(kindsOf([row, ...incident])).toEqual(expected);
    expect(kindsOf([row, { ...timeouts, logSource: elsewhere }])).toHaveLength(1);
  });

  it('is nothing for exhaustion or timeouts', () => {
    expect(kindsOf([connectErrorMinute({ events: 9 })])).toEqual([]);
    expect(kindsOf([connectErrorMinute({ verdict: 'nat-timeout-suspect', events: 9 })])).toEqual([]);
  });
});

describe('a log of refused connects', () => {
  const refused = (events: number) =>
    connectErrorMinute({ verdict: 'connection-refused', signature: 'connection-refused', events });

  it('is told of from ten on, beside exhaustion too', () => {
    expect(ruledOut([refused(10)])).toMatchObject([
      { kind: 'connection-refused', subject: '/ecs/checkout', reason: expect.stringContaining('10 events') },
    ]);
    expect(kindsOf([refused(9)])).toEqual([]);
    const exhausted = Array.from({ length: 3 }, (_, i) => connectErrorMinute({ minute: START + i, events: 60 }));
    expect(kindsOf([refused(30), ...exhausted])).toEqual(['connection-refused']);
    expect(analyzeRows([refused(30), ...exhausted]).findings).toHaveLength(1);
  });
});

describe('timeouts towards very many destinations', () => {
  const towards = (destinations: number, most = 2) =>
    Array.from({ length: destinations }, (_, i) =>
      connectErrorMinute({
        verdict: 'nat-timeout-suspect',
        events: i === 0 ? most : 2,
        seed: String(i),
        destination: { host: `198.51.${Math.floor(i / 200)}.${i % 200}`, port: 443 },
      }),
    );

  it('are no lack of ports, which is towards one', () => {
    const { ruledOut: found, evaluations } = analyzeRows(towards(100, 10));
    expect(found).toMatchObject([{ kind: 'many-destinations', subject: '/ecs/checkout' }]);
    expect(found[0]?.reason).toContain('208 connect timeouts towards 100 destinations, at most 10 of them');
    expect(evaluations).toEqual([]);
  });

  it('may be one of those that are fewer, or of which one stands out', () => {
    expect(kindsOf(towards(99))).toEqual([]);
    expect(kindsOf(towards(120, 30))).toEqual([]);
  });
});

describe('a steady trickle of log events', () => {
  const trickle = (minutes: number) =>
    Array.from({ length: minutes }, (_, i) => connectErrorMinute({ minute: START + i, events: 3 }));

  it('is ruled out from ten minutes on, and a burst is not', () => {
    expect(kindsOf(trickle(10))).toEqual(['steady-trickle']);
    expect(kindsOf(trickle(9))).toEqual([]);
    expect(kindsOf([connectErrorMinute({ events: 2 })])).toEqual(['steady-trickle']);
  });

  it('is none where the host is full all the while', () => {
    const ports = (count: number) =>
      Array.from({ length: 12 }, (_, i) => flowMinute({ minute: START + i, opened: portsFrom(32_768, count) }));
    expect(kindsOf([...trickle(12), ...ports(28_000)])).toEqual([]);
    expect(kindsOf([...trickle(12), ...ports(15_000)])).toEqual(['steady-trickle']);
    expect(kindsOf([...trickle(20), connectErrorMinute({ minute: START + 20, events: 90 })])).toEqual([]);
  });
});

describe('a steady count of allocation errors', () => {
  it('is ruled out as this gateway’s baseline', () => {
    expect(kindsOf(metricRun('ErrorPortAllocation', repeat(2, 10)))).toEqual(['steady-allocation-errors']);
    expect(kindsOf(metricRun('ErrorPortAllocation', [...repeat(2, 10), 90]))).toEqual([]);
  });
});

describe('a destination that does not answer', () => {
  const metrics = (attempts: number, established: number, errors: number, minutes = 2) => [
    ...metricRun('ConnectionAttemptCount', repeat(attempts, minutes)),
    ...metricRun('ConnectionEstablishedCount', repeat(established, minutes)),
    ...metricRun('ErrorPortAllocation', repeat(errors, minutes)),
  ];

  it('by metrics: many attempts without an answer while no allocation failed', () => {
    expect(kindsOf(metrics(100, 80, 0))).toEqual(['destination-unreachable']);
    expect(kindsOf(metrics(100, 81, 0))).toEqual([]);
    expect(kindsOf(metrics(200, 180, 0))).toEqual([]);
    expect(kindsOf(metrics(100, 80, 0, 1))).toEqual([]);
    expect(kindsOf(metrics(100, 80, 30))).toEqual([]);
  });

  it('by both legs: opens left the gateway and got no reply', () => {
    const silent = natRun(2, (i) => ({ silent: portsFrom(2_000 + 100 * i, 50) }));
    const [found] = ruledOut(silent);
    expect(found).toMatchObject({
      kind: 'destination-unreachable',
      reason: expect.stringContaining('left the NAT gateway'),
    });
    const failed = natRun(2, (i) => ({ failed: portsFrom(2_000 + 100 * i, 50) }));
    expect(kindsOf(failed)).not.toContain('destination-unreachable');
    expect(analyzeRows(silent).findings).toEqual([]);
  });

  it('by a host’s own records', () => {
    const silent = [0, 1].map((i) => flowMinute({ minute: START + i, opened: portsFrom(40_000 + 300 * i, 300) }));
    const own = settings({ portRange: { low: 40_000, high: 40_999 } });
    expect(ruledOut(silent, own)).toMatchObject([
      { kind: 'destination-unreachable', subject: '10.0.1.5 towards 203.0.113.10:443/tcp' },
    ]);
    const answered = silent.map((row) => ({ ...row, answered: row.opened }));
    expect(ruledOut(answered, own)).toEqual([]);
  });

  it('not where records say that a rule rejected it: that is told instead', () => {
    const own = settings({ portRange: { low: 40_000, high: 40_999 } });
    const rows = (rejected: number) =>
      [0, 1].map((i) =>
        flowMinute({ minute: START + i, opened: portsFrom(40_000 + 300 * i, 300), records: 300, rejected }),
      );
    expect(ruledOut(rows(300), own)).toEqual([
      {
        kind: 'rejected-by-rule',
        reason: expect.stringMatching(/^600 of 600 flow records in 2 minutes have the action REJECT/),
        destination: { address: '203.0.113.10', port: 443, protocol: TCP },
        subject: '10.0.1.5 towards 203.0.113.10:443/tcp',
        firstSeenAt: '2026-01-01T10:00:00Z',
        lastSeenAt: '2026-01-01T10:02:00Z',
      },
    ]);
    expect(kindsOf(rows(30), own)).toEqual(['destination-unreachable']);
    expect(kindsOf(rows(300).slice(1), own)).toEqual([]);
  });

  it('by metrics, it may be refusals as well', () => {
    expect(ruledOut(metrics(100, 80, 0))[0]?.reason).toContain('refuse or do not answer');
  });

  it('not by what a NAT gateway dropped: that never reached it', () => {
    const own = settings({ portRange: { low: 40_000, high: 40_999 } });
    const dropped = natRun(2, (i) => ({ failed: portsFrom(40_000 + 300 * i, 300) }));
    expect(ruledOut(dropped, own).map(({ kind }) => kind)).not.toContain('destination-unreachable');
    const silent = natRun(2, (i) => ({ silent: portsFrom(40_000 + 300 * i, 300) }));
    expect(ruledOut(silent, own).map(({ subject }) => subject)).toContain('10.0.1.5 towards 203.0.113.10:443/tcp');
  });
});

describe('a gateway at another limit', () => {
  const errors = metricRun('ErrorPortAllocation', [0, 0]);
  const both = (metric: 'PeakBytesPerSecond' | 'PeakPacketsPerSecond' | 'IdleTimeoutCount', value: number) =>
    metricRun(metric, [value, value]);

  it.each([
    ['nat-bandwidth', 'PeakBytesPerSecond', 11.25e9, 11.2e9],
    ['nat-packet-rate', 'PeakPacketsPerSecond', 9e6, 8.9e6],
    ['idle-timeout', 'IdleTimeoutCount', 10, 9],
  ] as const)('%s by %s', (kind, metric, enough, less) => {
    expect(kindsOf([...errors, ...both(metric, enough)])).toEqual([kind]);
    expect(kindsOf([...errors, ...both(metric, less)])).toEqual([]);
    expect(kindsOf(both(metric, enough))).toEqual([]);
    expect(kindsOf([...metricRun('ErrorPortAllocation', [9, 9]), ...both(metric, enough)])).toEqual([]);
  });
});

describe('a scan', () => {
  const scanning = (destinations: number, ports = 1) =>
    Array.from({ length: destinations }, (_, i) =>
      flowMinute({
        destination: { address: `203.0.${Math.floor(i / 250)}.${(i % 250) + 1}`, port: 443, protocol: 6 },
        ports: portsFrom(40_000, ports),
      }),
    );

  it('is one source with a connection or two to very many destinations', () => {
    expect(ruledOut(scanning(500))).toMatchObject([{ kind: 'scan', subject: CLIENT }]);
    expect(kindsOf(scanning(499))).toEqual([]);
    expect(kindsOf(scanning(500, 2))).toEqual(['scan']);
    expect(kindsOf(scanning(500, 3))).toEqual([]);
  });
});

describe('a slow scan', () => {
  /** `count` addresses, `perMinute` in each minute, one connect each; and one destination that answers. */
  const scanning = (count: number, perMinute: number, own: Partial<ReturnType<typeof flowMinute>> = {}) => [
    ...Array.from({ length: count }, (_, i) => ({
      ...flowMinute({
        minute: START + Math.floor(i / perMinute),
        destination: { address: `203.0.${Math.floor(i / 250)}.${(i % 250) + 1}`, port: 22, protocol: TCP },
        opened: [40_000 + i],
        packets: 3,
      }),
      ...own,
    })),
    flowMinute({ opened: [39_000], answered: [39_000], records: 2 }),
  ];

  it('is a hundred destinations within an hour that do not answer', () => {
    expect(ruledOut(scanning(100, 2))).toMatchObject([
      { kind: 'scan', subject: CLIENT, reason: expect.stringMatching(/^100 destinations that did not answer/) },
    ]);
    expect(kindsOf(scanning(99, 2))).toEqual([]);
    expect(kindsOf(scanning(119, 1))).toEqual([]);
  });

  it('is as many that refuse, and none where they answer, or where no answer is ever recorded', () => {
    const reply = {
      answered: portSetOf([40_000]),
      ports: portSetOf([40_000]),
      opened: portSetOf([40_000]),
      records: 2,
    };
    expect(kindsOf(scanning(100, 2, { ...reply, packets: 2 }))).toEqual(['scan']);
    expect(kindsOf(scanning(100, 2, { ...reply, packets: 9 }))).toEqual([]);
    expect(kindsOf(scanning(100, 2).slice(0, -1))).toEqual([]);
  });

  it('is told of instead of a destination that does not answer', () => {
    const metrics = [
      ...metricRun('ConnectionAttemptCount', repeat(60, 4)),
      ...metricRun('ConnectionEstablishedCount', repeat(10, 4)),
      ...metricRun('ErrorPortAllocation', repeat(0, 4)),
    ];
    expect(kindsOf(metrics)).toEqual(['destination-unreachable']);
    expect(kindsOf([...scanning(160, 40), ...metrics])).toEqual(['scan']);
    expect(kindsOf([...scanning(100, 25), ...metrics])).toEqual(['scan']);
    expect(kindsOf([...scanning(120, 24), ...metrics])).toEqual(['destination-unreachable', 'scan']);
  });

  it('is the gateway’s where its records do not tell whom it dials for', () => {
    const rows = scanning(100, 2, { localAddress: NAT_ADDRESS, interfaceId: NAT_INTERFACE, opensInferred: true });
    const given = { inventory: natInventory() };
    expect(analyzeRows(rows, given).ruledOut).toMatchObject([{ kind: 'scan', subject: NAT_ADDRESS }]);
  });
});

describe('connects that are refused', () => {
  /** A SYN and a RST for each of `count` new ports a minute. */
  const refusing = (count: number, own: { packets?: number; opensInferred?: boolean } = {}, minutes = 3) =>
    Array.from({ length: minutes }, (_, i) => {
      const ports = portsFrom(33_000 + i * count, count);
      const flags = own.opensInferred ? {} : { opened: ports, closed: ports };
      return flowMinute({
        minute: START + i,
        ports,
        answered: ports,
        ...flags,
        records: 2 * count,
        packets: 2 * count,
        ...own,
      });
    });

  it('are told of, with flags or without', () => {
    expect(ruledOut(refusing(20))).toMatchObject([
      {
        kind: 'connection-refused',
        subject: '10.0.1.5 towards 203.0.113.10:443/tcp',
        reason: expect.stringMatching(/^60 connects in 3 minutes were answered with one packet/),
      },
    ]);
    expect(kindsOf(refusing(20, { opensInferred: true }))).toEqual(['connection-refused']);
  });

  it('are not those that came about, too few, or the probes of idle connections', () => {
    expect(kindsOf(refusing(20, { packets: 60 }))).toEqual([]);
    expect(kindsOf(refusing(19))).toEqual([]);
    expect(kindsOf(refusing(20, {}, 1))).toEqual([]);
    const probes = refusing(20, { opensInferred: true }).map((row) => ({
      ...row,
      ports: portSetOf(portsFrom(33_000, 20)),
    }));
    expect(kindsOf(probes.map((row) => ({ ...row, answered: row.ports })))).toEqual([]);
  });

  it('take no port, however many there are', () => {
    expect(analyzeRows(refusing(27_000, {}, 1)).findings).toEqual([]);
    expect(analyzeRows(refusing(27_000, { packets: 300_000 }, 1)).findings).toHaveLength(1);
  });
});

describe('events that flow records contradict', () => {
  const own = settings({ portRange: { low: 40_000, high: 40_999 } });
  const event = connectErrorMinute({ events: 9, localAddress: CLIENT });
  /** `count` ports towards the destination, and one more at each end of the range towards another. */
  const using = (count: number) => [
    flowMinute({ ports: portsFrom(40_000, count), overlap: [count, 0, 0, 0] }),
    flowMinute({ ports: [40_000, 40_999], destination: { address: '203.0.113.99', port: 443, protocol: 6 } }),
  ];

  it('are a collision of addresses and ports: most of the range is unused', () => {
    const [found] = ruledOut([event, ...using(250)], own).filter(({ kind }) => kind === 'tuple-collision');
    expect(found).toMatchObject({ subject: CLIENT, reason: expect.stringContaining('9 connects failed') });
    expect(analyzeRows([event, ...using(250)], { settings: own }).findings).toEqual([]);
  });

  it('are not, when more is used, when records are missing or lost, or when they show a small range used up', () => {
    const lost = flowCoverageMinute({ interfaceId: CLIENT_INTERFACE, skipData: 1 });
    expect(kindsOf([event, ...using(250).slice(0, 1)], own)).toEqual([]);
    for (const rows of [[event, ...using(251)], [event], [event, ...using(250), lost]]) {
      expect(kindsOf(rows, own)).toEqual([]);
      expect(analyzeRows(rows, { settings: own }).findings).toHaveLength(1);
    }
  });
});

it('what is ruled out comes in one order, kind by kind', () => {
  const rows = [
    connectErrorMinute({ verdict: 'conntrack-full', logSource: { group: 'b', stream: null, service: null } }),
    connectErrorMinute({ verdict: 'conntrack-full', logSource: { group: 'a', stream: null, service: null } }),
    connectErrorMinute({ verdict: 'bind-misconfig' }),
    ...natMinute({ opened: [1] }),
    metricMinute(),
  ];
  const expected = ['bind-mistake /ecs/checkout', 'conntrack-full a', 'conntrack-full b'];
  expect(ruledOut(rows).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(expected);
  expect(ruledOut(rows.toReversed()).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(expected);
});
