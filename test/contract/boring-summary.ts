import type { DestinationHeadroom, Summary } from '../../shared/core/finding/summary-schema.ts';
import { isoAfterTen } from './boring.ts';

export const boringHeadroom = (override: Partial<DestinationHeadroom> = {}): DestinationHeadroom => ({
  address: '198.51.100.7',
  port: 443,
  protocol: 6,
  hostNames: ['payments.example.com'],
  layer: 'nat',
  resource: { type: 'nat-gateway', id: 'nat-0a1b2c3d4e5f60718' },
  capacityPorts: 55_000,
  capacityAssumed: false,
  portsInUse: { low: 11_000, high: 22_000 },
  utilisation: { low: 0.2, high: 0.4 },
  peakUtilisation: { low: 0.3, high: 0.5 },
  opens: 900,
  failures: { low: 0, high: 0 },
  etaAt: null,
  sources: [{ address: '10.0.1.5', interfaceId: 'eni-0aa11bb22cc33dd44', owner: 'checkout', share: 1 }],
  minutes: [
    { at: isoAfterTen(0), utilisation: { low: 0.3, high: 0.5 }, failures: { low: 0, high: 0 } },
    { at: isoAfterTen(1), utilisation: null, failures: null },
    { at: isoAfterTen(2), utilisation: { low: 0.2, high: 0.4 }, failures: { low: 0, high: 0 } },
  ],
  ...override,
});

export const boringSummary = (override: Partial<Summary> = {}): Summary => ({
  at: isoAfterTen(20),
  window: { from: isoAfterTen(0), to: isoAfterTen(3) },
  natGateways: [
    {
      id: 'nat-0a1b2c3d4e5f60718',
      name: 'egress-a',
      vpcId: 'vpc-1',
      regional: false,
      addresses: 1,
      capacityPorts: 55_000,
      capacityAssumed: false,
      capacityBasis: '1 address of 55,000 ports',
      activeConnections: 12_345,
      allocationErrors: 0,
    },
  ],
  destinations: [boringHeadroom()],
  omitted: { destinations: 0, utilisationAtMost: 0 },
  signals: [
    {
      source: 'flow-log',
      subject: 'eni-nat',
      lastAt: isoAfterTen(12),
      behindSeconds: 480,
      usualSeconds: 600,
      state: 'arriving',
    },
  ],
  ruledOut: [],
  ...override,
});
