import type { HumanAction } from '../../shared/core/finding/human-action.ts';
import type { Notification } from '../../shared/core/notify/notification.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import type { NatGateway } from '../../shared/core/model/inventory.ts';
import type { FlowMinute } from '../../shared/core/model/observation.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { portSetOf } from '../../shared/core/model/port-set.ts';
import { isoOf } from '../../shared/core/model/time.ts';

/** 2026-01-01T10:00:00Z. */
export const TEN_O_CLOCK_MS = 1_767_261_600_000;
export const TEN_O_CLOCK_MINUTE = TEN_O_CLOCK_MS / 60_000;

export const isoAfterTen = (minutes: number): string => isoOf(TEN_O_CLOCK_MS + minutes * 60_000);

/** A valid finding that says nothing special, plus what a test is about. */
export const boringFinding = (override: Partial<Finding> = {}): Finding => ({
  id: 'finding-1',
  kind: 'nat-port-exhaustion',
  layer: 'nat',
  resource: { type: 'nat-gateway', id: 'nat-0a1b2c3d4e5f60718' },
  subject: { type: 'nat-gateway', id: 'nat-0a1b2c3d4e5f60718' },
  episode: 1,
  status: 'open',
  suppressedUntil: null,
  severity: 'high',
  confidence: 0.9,
  title: 'NAT gateway nat-0a1b2c3d4e5f60718 is out of ports towards 198.51.100.7:443/tcp',
  destination: { address: '198.51.100.7', port: 443, protocol: 6 },
  destinations: [
    {
      address: '198.51.100.7',
      port: 443,
      protocol: 6,
      hostNames: ['payments.example.com'],
      share: 1,
      peakPorts: 54_000,
      opens: 120_000,
      failures: { low: 10, high: 20 },
    },
  ],
  sources: [
    {
      address: '10.0.1.5',
      interfaceId: 'eni-0aa11bb22cc33dd44',
      owner: 'checkout',
      share: 1,
      opens: 120_000,
      joinedBy: 'flow',
      logSource: null,
    },
  ],
  cause: 'hold',
  causeReason: 'Connections live longer at the same rate.',
  firstSeenAt: isoAfterTen(0),
  firstFailureAt: isoAfterTen(2),
  lastSeenAt: isoAfterTen(5),
  resolvedAt: null,
  peakUtilisation: { low: 0.9, high: 1 },
  capacityPorts: 55_000,
  capacityAssumed: false,
  capacityBasis: '1 address of 55,000 ports',
  etaAt: null,
  recommendations: [],
  evidence: [],
  missingEvidence: [],
  timeline: [],
  samples: [],
  ...override,
});

export const boringFlow = (override: Partial<FlowMinute> = {}): FlowMinute => ({
  kind: 'flow',
  minute: TEN_O_CLOCK_MINUTE,
  interfaceId: 'eni-0aa11bb22cc33dd44',
  localAddress: '10.0.1.5',
  destination: { address: '198.51.100.7', port: 443, protocol: 6 },
  via: null,
  ports: portSetOf([40_000, 40_001]),
  opened: portSetOf([40_001]),
  answered: portSetOf([40_000, 40_001]),
  closed: portSetOf([]),
  opensInferred: false,
  overlap: [1, 2, 2, 1],
  bytes: 1_200,
  packets: 12,
  records: 4,
  rejected: 0,
  lifetimes: [0, 0, 0, 0, 0, 0, 0],
  ...override,
});

export const boringPart = (override: Partial<Part> = {}): Part => ({
  version: 1,
  id: 'part-1',
  source: 'flow-log',
  scope: 'eni-0aa11bb22cc33dd44',
  input: 'flows.log.gz',
  fields: ['dstaddr', 'srcaddr'],
  observations: [boringFlow()],
  ...override,
});

export const boringNotification = (override: Partial<Notification> = {}): Notification => ({
  notificationId: 'finding-1/opened',
  transition: 'opened',
  finding: boringFinding(),
  ...override,
});

export const boringAction = (override: Partial<HumanAction> = {}): HumanAction => ({
  findingId: 'finding-1',
  action: 'acknowledge',
  atMs: TEN_O_CLOCK_MS + 6 * 60_000,
  by: 'ada',
  reason: 'looking into it',
  untilMs: null,
  ...override,
});

export const boringGateway = (override: Partial<NatGateway> = {}): NatGateway => ({
  id: 'nat-0a1b2c3d4e5f60718',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  regional: false,
  isPrivate: false,
  name: null,
  addresses: [
    { privateAddress: '10.0.0.10', publicAddress: '203.0.113.5', interfaceId: 'eni-nat', availabilityZone: null },
  ],
  ...override,
});
