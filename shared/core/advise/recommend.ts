import { formatDestination, type Destination } from '../model/destination.ts';
import { isPrivateAddress } from '../model/address.ts';
import { figures } from '../model/figures.ts';
import type { Cause, Layer, Recommendation } from '../finding/schema.ts';
import type { Nowcast } from './nowcast.ts';

/** What advice is sized from. */
export type Case = {
  readonly layer: Layer;
  readonly cause: Cause;
  readonly destination: Destination | null;
  readonly capacityPorts: number;
  readonly peakPorts: number | null;
  readonly nowcast: Nowcast;
  readonly addresses: number;
  readonly portsPerAddress: number;
};

/** What helps first comes first, what does not help last; every entry says what it needs and what else it changes. */
export function recommend(situation: Case): Recommendation[] {
  const durable = [...fixHolding(situation), ...reuse(situation)];
  switch (situation.layer) {
    case 'nat':
      return [...durable, ...moreAddresses(situation), ...endpoint(situation), ...notScaleOut(situation)];
    case 'host':
      // With the range full, only the setting works within a second; a leak holds no TIME_WAIT that it could reuse.
      return situation.cause === 'leak' || situation.cause === 'hold'
        ? [...durable, widerRange(situation), reuseTimeWait(), notFinTimeout()]
        : [reuseTimeWait(), ...durable, widerRange(situation), notFinTimeout()];
    case 'load-balancer':
      return [spreadTargets()];
  }
}

const towards = ({ destination }: Case): string =>
  destination === null ? 'the destination' : formatDestination(destination);

function reuse({ cause, nowcast, ...rest }: Case): Recommendation[] {
  const { opensPerSecond } = nowcast.peak;
  const pool = Math.max(1, Math.ceil(opensPerSecond * Math.min(5, nowcast.before?.secondsHeld ?? 1)));
  const sized = opensPerSecond > 0 && (cause === 'churn' || cause === 'growth');
  return [
    {
      action: 'reuse-connections',
      detail: `Keep connections to ${towards({ cause, nowcast, ...rest })} alive and share them through a pool (one HTTP agent or client per process, bodies read or closed).`,
      expectedEffect: sized
        ? `${figures(opensPerSecond, 2)} new connections/s become about ${pool} standing ones: ${percent(pool, rest.capacityPorts)} of the ports.`
        : 'One port per standing connection instead of one per request.',
      preconditions: ['The destination keeps idle connections open longer than the client does.'],
      sideEffects: ['A pool that is too small queues requests.', 'Long-lived connections follow DNS changes late.'],
    },
  ];
}

function fixHolding({ cause, nowcast }: Case): Recommendation[] {
  if (cause === 'hold') {
    return [
      {
        action: 'shorten-holding',
        detail:
          'Connections last longer than they did: look at the destination’s latency first, then set a request timeout and a bound on concurrent requests (a circuit breaker) on the clients.',
        expectedEffect: `Back at ${figures(nowcast.before?.secondsHeld ?? 1, 2)} s per connection the same rate needs ${Math.ceil(nowcast.peak.opensPerSecond * (nowcast.before?.secondsHeld ?? 1))} ports.`,
        preconditions: ['Requests are safe to fail early.'],
        sideEffects: [
          'Slow requests fail instead of waiting.',
          'Retries without back-off open more connections, not fewer.',
        ],
      },
    ];
  }
  if (cause === 'leak') {
    return [
      {
        action: 'close-connections',
        detail:
          'Opened connections are not closed: look for response bodies that are never read, clients created per request, and pools without an idle limit.',
        expectedEffect: 'Ports in use stop growing with time.',
        preconditions: [],
        sideEffects: ['Restarting the process does not free host ports at once: its connections turn into TIME_WAIT.'],
      },
    ];
  }
  return [];
}

function moreAddresses({ addresses, portsPerAddress, nowcast, peakPorts, capacityPorts }: Case): Recommendation[] {
  if (addresses >= 8) return [];
  const after = (addresses + 1) * portsPerAddress;
  const growing = nowcast.before !== null && nowcast.peak.opensPerSecond > 1.2 * nowcast.before.opensPerSecond;
  return [
    {
      action: 'add-nat-address',
      detail:
        'Associate one more Elastic IP with the NAT gateway (aws ec2 associate-nat-gateway-address), or split the subnets over more gateways.',
      expectedEffect: `Capacity per destination ${capacityPorts} → ${after} ports${peakPorts === null ? '' : `; the peak of ${peakPorts} would be ${percent(peakPorts, after)}`}.${growing ? ' Buys time only while the rate keeps growing.' : ''}`,
      preconditions: [
        'Elastic IP quota, and at most 8 addresses per zonal NAT gateway.',
        'Partners that allow-list your egress addresses know the new one first.',
      ],
      sideEffects: ['Egress addresses change for new connections.', 'Public IPv4 addresses are billed by the hour.'],
    },
  ];
}

function endpoint({ destination }: Case): Recommendation[] {
  if (destination === null || isPrivateAddress(destination.address)) return [];
  return [
    {
      action: 'bypass-nat',
      detail: `If ${formatDestination(destination)} is an AWS service, a VPC endpoint takes it off the NAT gateway: gateway endpoints for S3 and DynamoDB are free, interface endpoints for most others.`,
      expectedEffect: 'Its connections need no NAT port at all.',
      preconditions: ['The destination is an AWS service in the same region.'],
      sideEffects: [
        'Interface endpoints are billed by the hour and by the gigabyte.',
        'Bucket policies that name source addresses need aws:SourceVpce instead.',
      ],
    },
  ];
}

function notScaleOut({ cause }: Case): Recommendation[] {
  if (cause !== 'hold') return [];
  return [
    {
      action: 'do-not-scale-out-clients',
      detail:
        'More clients behind the same NAT gateway share the same ports: scaling out makes it worse while the destination is slow.',
      expectedEffect: 'None: said because it is what people try first.',
      preconditions: [],
      sideEffects: [],
    },
  ];
}

function reuseTimeWait(): Recommendation {
  return {
    action: 'enable-tcp-tw-reuse',
    detail:
      'sysctl -w net.ipv4.tcp_tw_reuse=1 lets outgoing connections reuse a port in TIME_WAIT after one second (the default 2 does so on loopback only).',
    expectedEffect: 'Works at once, even when the range is already full.',
    preconditions: [
      'TCP timestamps on both sides (the default).',
      'The sysctl is set in the network namespace of the pod, container or task.',
    ],
    sideEffects: [
      'None known for outgoing connections with timestamps; tcp_tw_recycle is another setting, and gone since Linux 4.12.',
    ],
  };
}

function widerRange({ capacityPorts, peakPorts, portsPerAddress }: Case): Recommendation {
  const wider = 65_535 - 1_024 + 1;
  const now = capacityPorts || portsPerAddress;
  return {
    action: 'widen-port-range',
    detail:
      'sysctl -w net.ipv4.ip_local_port_range="1024 65535" (Windows: netsh int ipv4 set dynamicport tcp start=10000 num=55536).',
    expectedEffect: `${now} → ${wider} ports per destination${peakPorts === null ? '' : `; the peak of ${peakPorts} would be ${percent(peakPorts, wider)}`}.`,
    preconditions: ['Ports of local servers above 1024 are reserved (net.ipv4.ip_local_reserved_ports).'],
    sideEffects: ['A server that starts later may find its port taken by a client connection.'],
  };
}

function notFinTimeout(): Recommendation {
  return {
    action: 'do-not-lower-tcp-fin-timeout',
    detail:
      'TIME_WAIT lasts 60 s on Linux whatever net.ipv4.tcp_fin_timeout says; restarting the process does not free its ports either.',
    expectedEffect: 'None: said because it is widespread advice.',
    preconditions: [],
    sideEffects: [],
  };
}

function spreadTargets(): Recommendation {
  return {
    action: 'spread-load-balancer-ports',
    detail:
      'Add targets, or switch client IP preservation on: each Network Load Balancer node has 55,000 ports per target address and port.',
    expectedEffect: 'Each further target adds a full set of ports.',
    preconditions: ['Targets in every enabled zone, or cross-zone balancing on.'],
    sideEffects: ['With client IP preservation, targets’ security groups must allow the clients.'],
  };
}

const percent = (part: number, whole: number): string => `${figures((100 * part) / Math.max(1, whole), 2)} %`;
