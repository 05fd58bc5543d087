import type { Finding } from '../../shared/core/finding/schema.ts';
import type { DestinationHeadroom, Summary } from '../../shared/core/finding/summary-schema.ts';
import type { LocalStore } from '../../shared/local/store/sqlite-store.ts';
import { boringFinding, isoAfterTen } from '../contract/boring.ts';
import { boringHeadroom, boringSummary } from '../contract/boring-summary.ts';

/** A store like that of a bad morning, the same each time: what the browser tests look at. */

const CAPACITY = 55_000;

/** Rises to the ceiling within half an hour, fails there, and falls after a change. */
function riseAndFall(peak: number): Finding['timeline'] {
  return Array.from({ length: 60 }, (_, minute) => {
    const fullness = minute < 30 ? (minute / 30) * peak : minute < 42 ? peak : peak * 0.3;
    const high = Math.min(1, fullness);
    const failures = fullness > 1 ? Math.round((fullness - 1) * 4_000) : 0;
    return {
      at: isoAfterTen(minute),
      portsInUse: { low: Math.round(high * CAPACITY * 0.8), high: Math.round(high * CAPACITY) },
      utilisation: { low: high * 0.8, high },
      capacityPorts: CAPACITY,
      opens: Math.round(fullness * 9_000),
      failures: { low: failures, high: failures * 2 },
      allocationErrors: minute > 44 ? null : failures * 3,
      logErrors: failures === 0 ? 0 : Math.round(failures / 10),
    };
  });
}

export const natFinding: Finding = boringFinding({
  id: 'fp-nat',
  severity: 'critical',
  title: 'NAT gateway egress-a has no ports left towards payments.example.com (198.51.100.7:443/tcp)',
  causeReason: 'Connections live 4 times as long as before at the same rate of 900 a minute.',
  firstSeenAt: isoAfterTen(23),
  firstFailureAt: isoAfterTen(29),
  lastSeenAt: isoAfterTen(59),
  timeline: riseAndFall(1.05),
  sources: [
    ...boringFinding().sources.map((source) => ({ ...source, share: 0.7 })),
    {
      address: '10.0.2.9',
      interfaceId: 'eni-2',
      owner: 'invoices',
      share: 0.3,
      opens: 9_000,
      joinedBy: 'flow',
      logSource: null,
    },
  ],
  recommendations: [
    {
      action: 'Keep connections alive',
      detail: 'Use one pool of 50 connections for each client of payments.example.com.',
      expectedEffect: 'The peak falls from 100 % to 4 %.',
      preconditions: ['94 % of connections live less than 2 s'],
      sideEffects: ['Idle connections are closed by the NAT gateway after 350 s'],
    },
  ],
  evidence: [
    {
      source: 'metric',
      detector: 'nat-allocation-errors',
      statement: 'ErrorPortAllocation was 600',
      at: isoAfterTen(30),
    },
    {
      source: 'flow-log',
      detector: 'nat-unanswered',
      statement: '200 connections were never let out',
      at: isoAfterTen(31),
    },
  ],
  missingEvidence: ['No application log was read: what the clients saw is not known.'],
  samples: ['connect ETIMEDOUT 198.51.100.7:443\n    at TCPConnectWrap.afterConnect'],
});

export const hostFinding: Finding = boringFinding({
  id: 'fp-host',
  kind: 'host-port-pressure',
  layer: 'host',
  severity: 'medium',
  status: 'acknowledged',
  title: 'Host 10.0.1.5 uses 81 % of its ports towards 203.0.113.10:5432/tcp',
  subject: { type: 'source-address', id: '10.0.1.5' },
  resource: null,
  cause: 'churn',
  causeReason: 'New connections rose from 90 to 380 a second.',
  capacityAssumed: true,
  capacityBasis: 'the default range of Linux, 32,768 to 60,999',
  etaAt: { low: isoAfterTen(75), high: isoAfterTen(90) },
  firstFailureAt: null,
  lastSeenAt: isoAfterTen(50),
  timeline: riseAndFall(0.81),
});

const strip = (peak: number): DestinationHeadroom['minutes'] =>
  riseAndFall(peak).map(({ at, utilisation, failures }) => ({ at, utilisation, failures }));

export const demoSummary: Summary = boringSummary({
  at: isoAfterTen(62),
  destinations: [
    boringHeadroom({
      minutes: strip(1.05),
      utilisation: { low: 0.25, high: 0.32 },
      peakUtilisation: { low: 0.8, high: 1 },
    }),
    boringHeadroom({ address: '203.0.113.10', port: 5_432, hostNames: [], minutes: strip(0.6), failures: null }),
    boringHeadroom({ address: '2001:db8::7', hostNames: ['mail.example.org'], minutes: strip(0.2) }),
  ],
  omitted: { destinations: 412, utilisationAtMost: 0.08 },
  signals: [
    ...boringSummary().signals,
    {
      source: 'metric',
      subject: 'nat-0a1b2c3d4e5f60718',
      lastAt: isoAfterTen(60),
      behindSeconds: 120,
      usualSeconds: 180,
      state: 'arriving',
    },
    {
      source: 'app-log',
      subject: '/app/checkout',
      lastAt: isoAfterTen(10),
      behindSeconds: 3_120,
      usualSeconds: 60,
      state: 'late',
    },
  ],
  ruledOut: [
    {
      kind: 'nat-bandwidth',
      subject: 'nat-0a1b2c3d4e5f60718',
      reason: 'PeakBytesPerSecond stayed below 2 Gbps',
      firstSeenAt: null,
      lastSeenAt: isoAfterTen(60),
    },
  ],
});

export async function fillDemoStore(store: LocalStore): Promise<void> {
  const past = Array.from({ length: 40 }, (_, index) =>
    boringFinding({
      id: `fp-past-${index}`,
      status: 'resolved',
      severity: index % 3 === 0 ? 'high' : 'low',
      title: `Past finding ${index}`,
      firstSeenAt: isoAfterTen(-2_000 - index * 60),
      lastSeenAt: isoAfterTen(-1_960 - index * 60),
      resolvedAt: isoAfterTen(-1_950 - index * 60),
      firstFailureAt: null,
    }),
  );
  await store.findings.save([natFinding, hostFinding, ...past], []);
  await store.summaries.put(demoSummary);
}
