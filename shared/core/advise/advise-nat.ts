import { isPrivateAddress } from '../model/address.ts';
import type { Recommendation } from '../finding/schema.ts';
import { type Case, peakWouldBe, percent, towards } from './situation.ts';

/** A zonal NAT gateway takes no more; a regional one takes 32 per zone, by itself. */
const ZONAL_ADDRESSES = 8;

/** The gateway's own ports: 55,000 per address and destination (address, port, protocol). */
export function adviseNat(situation: Case, durable: readonly Recommendation[]): Recommendation[] {
  return [
    ...durable,
    ...moreAddresses(situation),
    ...endpoint(situation),
    ...spreadDestination(situation),
    ...splitSubnets(situation),
    ...notScaleOut(situation),
    ...notClientSettings(situation),
  ];
}

const isGrowing = ({ nowcast: { before, peak } }: Case): boolean =>
  before !== null && peak.opensPerSecond > 1.2 * before.opensPerSecond;

function moreAddresses(situation: Case): Recommendation[] {
  const { addresses, portsPerAddress, capacityPorts, isRegional } = situation;
  if (addresses >= ZONAL_ADDRESSES || isRegional) return [];
  const after = (addresses + 1) * portsPerAddress;
  return [
    {
      action: 'add-nat-address',
      detail:
        'Associate one more Elastic IP with the NAT gateway: aws ec2 associate-nat-gateway-address --nat-gateway-id ID --allocation-ids EIPALLOC (a private gateway: aws ec2 assign-private-nat-gateway-address).',
      expectedEffect: `Capacity per destination ${capacityPorts} → ${after} ports${peakWouldBe(situation, after)}.${isGrowing(situation) ? ' Buys time only while the rate keeps growing.' : ''}`,
      preconditions: [
        'Elastic IP quota, and at most 8 addresses per zonal NAT gateway.',
        'Partners that allow-list your egress addresses know the new one first.',
      ],
      sideEffects: ['Egress addresses change for new connections.', 'Public IPv4 addresses are billed by the hour.'],
    },
  ];
}

const AWS_NAME = /(?:^|\.)amazonaws\.com(?:\.cn)?$|(?:^|\.)api\.aws$/i;
const FREE_NAME = /(?:^|[.-])(?:s3|dynamodb)[.-]/i;

/** Offered while the destination may be an AWS service: log events that name another say that it is none. */
function endpoint(situation: Case): Recommendation[] {
  const { destination, hostNames = [] } = situation;
  if (destination === null || isPrivateAddress(destination.address)) return [];
  const own = hostNames.find((name) => AWS_NAME.test(name));
  if (hostNames.length > 0 && own === undefined) return [];
  const isFree = own !== undefined && FREE_NAME.test(own);
  const who = own === undefined ? `If ${towards(situation)} is an AWS service, a` : `${own} is an AWS service: a`;
  return [
    {
      action: 'bypass-nat',
      detail: `${who} VPC endpoint takes it off the NAT gateway. Gateway endpoints for S3 and DynamoDB are free: aws ec2 create-vpc-endpoint --vpc-endpoint-type Gateway --vpc-id VPC --service-name com.amazonaws.REGION.s3 --route-table-ids RTB; interface endpoints serve most others: --vpc-endpoint-type Interface --subnet-ids … --private-dns-enabled.`,
      expectedEffect: 'Its connections need no NAT port at all.',
      preconditions: [
        own === undefined
          ? 'The destination is an AWS service in the same region.'
          : 'The service is in the same region.',
      ],
      sideEffects: [
        ...(isFree ? [] : ['Interface endpoints are billed by the hour and by the gigabyte.']),
        'Bucket policies that name source addresses need aws:SourceVpce instead.',
      ],
    },
  ];
}

/** Each address of a destination has ports of its own: names with several are often used by one. */
function spreadDestination(situation: Case): Recommendation[] {
  const { destination, capacityPorts } = situation;
  if (destination === null) return [];
  return [
    {
      action: 'spread-over-addresses',
      detail: `If the name behind ${towards(situation)} resolves to several addresses (dig +short NAME; a load balancer has one or more per zone), let clients use all of them: resolve again now and then, pick at random, and look for pinned addresses, long DNS caches and sticky sessions that keep clients on one.`,
      expectedEffect: `Each further address brings ${capacityPorts} ports of its own${peakWouldBe(situation, 2 * capacityPorts)} with two used evenly.`,
      preconditions: ['The service answers at more than one address.'],
      sideEffects: ['Connections kept alive per address: pools must be sized per address.'],
    },
  ];
}

function splitSubnets(situation: Case): Recommendation[] {
  const { capacityPorts, addresses, isRegional } = situation;
  if (isRegional) return [];
  return [
    {
      action: 'split-subnets',
      detail:
        'Give the busiest sources a NAT gateway of their own: aws ec2 create-nat-gateway --subnet-id PUBLIC_SUBNET --allocation-id EIPALLOC, then aws ec2 replace-route --route-table-id RTB_OF_THEIR_SUBNETS --destination-cidr-block 0.0.0.0/0 --nat-gateway-id NEW.',
      expectedEffect: `Another ${situation.portsPerAddress} ports per destination for the sources that move${addresses >= ZONAL_ADDRESSES ? ': the way on when a gateway has all its addresses' : ''}; half of them moved leave ${percent((situation.peakPorts ?? capacityPorts) / 2, capacityPorts)} here.`,
      preconditions: [
        'The sources are in subnets of their own, or can be moved to one.',
        'Partners know the new address.',
      ],
      sideEffects: [
        'A NAT gateway is billed by the hour.',
        'Established connections of the sources that move are cut off when their route changes.',
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

/** Where connections are short people reach for the settings that help on a host. */
function notClientSettings({ cause }: Case): Recommendation[] {
  if (cause !== 'churn' && cause !== 'growth') return [];
  return [
    {
      action: 'do-not-tune-client-ports',
      detail:
        'tcp_tw_reuse, tcp_fin_timeout and a wider ip_local_port_range on the clients change the clients’ ports; the gateway’s are its own, and none of these frees one.',
      expectedEffect: 'None: said because it is what helps on a host.',
      preconditions: [],
      sideEffects: [],
    },
  ];
}
