import type { Transition } from '../../../shared/core/notify/notification.ts';
import type { Finding, TimelineMinute } from '../../../shared/core/finding/schema.ts';
import { boringFinding, isoAfterTen } from '../../contract/boring.ts';

/** Findings of every kind that people are told of, each with the transition that tells them. */
export type ToldFinding = { readonly transition: Transition; readonly finding: Finding };

const minute = (after: number, override: Partial<TimelineMinute>): TimelineMinute => ({
  at: isoAfterTen(after),
  portsInUse: null,
  utilisation: null,
  capacityPorts: 55_000,
  opens: null,
  failures: null,
  allocationErrors: null,
  logErrors: null,
  ...override,
});

const rising = (failures: readonly number[]): TimelineMinute[] =>
  failures.map((failed, index) =>
    minute(index, {
      portsInUse: { low: Math.min(54_000, 20_000 + index * 9_000), high: Math.min(55_000, 24_000 + index * 9_000) },
      failures: { low: failed, high: failed },
    }),
  );

const shorten = {
  action: 'shorten-holding',
  detail: 'Connections last longer than they did: look at the destination’s latency first, then set a request timeout.',
  expectedEffect: 'Back at 8.4 s per connection the same rate needs 7,200 ports.',
  preconditions: ['Requests are safe to fail early.'],
  sideEffects: ['Slow requests fail instead of waiting.'],
};
const addAddress = {
  action: 'add-nat-address',
  detail: 'Associate one more Elastic IP with the NAT gateway.',
  expectedEffect: 'Capacity per destination 55,000 → 110,000 ports.',
  preconditions: [],
  sideEffects: [],
};

const nat = boringFinding({
  id: 'fp-584a2b7d654db882',
  severity: 'critical',
  confidence: 0.98,
  title: 'NAT gateway nat-0a1b2c3d4e5f60718 ran out of ports towards 198.51.100.7:443/tcp: 8,240 connections failed',
  causeReason: 'opens 850/s → 860/s, each port held 8.4 s → 61 s; connections still close, only later',
  destinations: boringFinding().destinations.map((ranked) => ({
    ...ranked,
    peakPorts: 55_000,
    failures: { low: 8_240, high: 8_240 },
  })),
  sources: [
    ...boringFinding().sources.map((source) => ({ ...source, share: 0.71 })),
    ...boringFinding().sources.map((source) => ({ ...source, address: '10.0.2.9', owner: 'orders', share: 0.29 })),
  ],
  peakUtilisation: { low: 0.98, high: 1 },
  recommendations: [shorten, addAddress],
  evidence: [
    { source: 'flow-log', detector: 'x', statement: '8,240 connections entered and never left', at: isoAfterTen(4) },
    { source: 'metric', detector: 'x', statement: 'ErrorPortAllocation 310 in the minute', at: isoAfterTen(5) },
  ],
  missingEvidence: ['application logs of 10.0.2.9'],
  samples: ['connect ETIMEDOUT 198.51.100.7:443'],
  timeline: rising([0, 0, 0, 0, 240, 8_000]),
});

const forecast: Finding = {
  ...nat,
  id: 'fp-11aa22bb33cc44dd',
  kind: 'nat-port-pressure',
  severity: 'medium',
  confidence: 0.76,
  title:
    'NAT gateway nat-0a1b2c3d4e5f60718 is running out of ports towards 198.51.100.7:443/tcp: 44,000 of 55,000 in use (80 %)',
  firstFailureAt: null,
  etaAt: { low: isoAfterTen(12), high: isoAfterTen(19) },
  destinations: nat.destinations.map((ranked) => ({ ...ranked, peakPorts: 44_000, failures: { low: 0, high: 0 } })),
  peakUtilisation: { low: 0.76, high: 0.8 },
  samples: [],
  timeline: rising([0, 0, 0]),
};

const host = boringFinding({
  id: 'fp-99ee88dd77cc66bb',
  kind: 'host-port-exhaustion',
  layer: 'host',
  severity: 'critical',
  resource: { type: 'network-interface', id: 'eni-0aa11bb22cc33dd44' },
  subject: { type: 'source-address', id: '10.0.1.5' },
  title: '10.0.1.5 ran out of local ports towards 198.51.100.7:443/tcp: 28,232 of 28,232 ports in use',
  destinations: boringFinding().destinations.map((ranked) => ({
    ...ranked,
    peakPorts: 28_232,
    failures: { low: 0, high: 0 },
  })),
  sources: boringFinding().sources.map((source) => ({
    ...source,
    joinedBy: 'local-address' as const,
    logSource: '/ecs/checkout',
  })),
  cause: 'churn',
  causeReason: '470 new connections/s, each leaves its port in TIME_WAIT for 60 s',
  peakUtilisation: { low: 1, high: 1 },
  capacityPorts: 28_232,
  capacityAssumed: true,
  capacityBasis: 'the default range 32768–60999',
  recommendations: [
    {
      action: 'enable-tcp-tw-reuse',
      detail: 'sysctl -w net.ipv4.tcp_tw_reuse=1 lets a connect take over a port that waits.',
      expectedEffect: 'Ports in TIME_WAIT can be used again after a second.',
      preconditions: ['TCP timestamps are on at both ends.'],
      sideEffects: [],
    },
  ],
  evidence: [{ source: 'app-log', detector: 'x', statement: '212 × EADDRNOTAVAIL on connect', at: isoAfterTen(2) }],
  missingEvidence: ['a socket table of the host (freeport host): it shows TIME_WAIT exactly'],
});

const nlb = boringFinding({
  id: 'fp-0123456789abcdef',
  kind: 'nlb-port-exhaustion',
  layer: 'load-balancer',
  resource: { type: 'load-balancer', id: 'net/edge/50dc6c495c0c9188' },
  subject: { type: 'load-balancer', id: 'net/edge/50dc6c495c0c9188' },
  title: 'Load balancer net/edge/50dc6c495c0c9188 ran out of source ports towards a target',
  destination: null,
  destinations: [],
  sources: [],
  cause: 'unknown',
  causeReason: 'the metric names no target',
  peakUtilisation: null,
  capacityPorts: null,
  capacityBasis: '',
  recommendations: [],
  evidence: [
    { source: 'metric', detector: 'x', statement: 'PortAllocationErrorCount 42 in the minute', at: isoAfterTen(1) },
  ],
  missingEvidence: ['flow logs of the targets: they name the busiest one'],
});

export const TOLD_FINDINGS = {
  nat: { transition: 'opened', finding: nat },
  'first-failure': { transition: 'escalated', finding: { ...nat, timeline: rising([0, 0, 0, 0, 240]) } },
  forecast: { transition: 'opened', finding: forecast },
  host: { transition: 'opened', finding: host },
  'load-balancer': { transition: 'opened', finding: nlb },
  'back-again': { transition: 'reopened', finding: { ...nat, reopenedAt: isoAfterTen(4) } },
  resolved: {
    transition: 'resolved',
    finding: { ...nat, status: 'resolved', lastSeenAt: isoAfterTen(41), resolvedAt: isoAfterTen(46) },
  },
  'passed-without-failure': {
    transition: 'resolved',
    finding: { ...forecast, status: 'resolved', etaAt: null, resolvedAt: isoAfterTen(30) },
  },
} satisfies Record<string, ToldFinding>;
