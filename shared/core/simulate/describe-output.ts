import { textBytes, type Sink } from './deliveries.ts';
import { ACCOUNT, REGION, VPC_ID } from './flow-format.ts';
import { zonesOf } from './nat-gateway.ts';
import type { SimGateway, SimHost, World } from './world.ts';

/** One public and one private subnet in each zone. */
export const subnetOf = (kind: 'public' | 'private', zone: string): string =>
  `subnet-0${kind === 'public' ? 'aa' : 'bb'}000000000000${zone === 'a' ? '0' : zone}${kind === 'public' ? 'a' : 'b'}`;

/** What `aws ec2 describe-*` prints of the world at `second`; a later answer replaces an earlier one. */
export function deliverInventory(sink: Sink, world: World, startMs: number, second: number): void {
  const answers: Readonly<Record<string, unknown>> = {
    'describe-nat-gateways': { NatGateways: world.gateways.map((gateway) => natGateway(gateway, second)) },
    'describe-network-interfaces': {
      NetworkInterfaces: [
        ...world.hosts.map(hostInterface),
        ...world.gateways.flatMap((gateway) =>
          gateway.zone === null ? [] : [gatewayInterface(gateway, gateway.zone)],
        ),
        ...serviceInterfaces(world),
      ],
    },
    'describe-subnets': { Subnets: zonesIn(world).flatMap(subnetsOf) },
    'describe-route-tables': { RouteTables: routeTables(world) },
  };
  for (const [name, answer] of Object.entries(answers))
    sink({
      kind: 'inventory',
      path: `inventory/${name}.json`,
      bytes: textBytes(`${JSON.stringify(answer, null, 2)}\n`),
      completeMs: startMs + second * 1000,
    });
}

const zonesIn = ({ hosts, gateways }: World): string[] =>
  [...new Set(['a', ...hosts.map(({ zone }) => zone), ...gateways.flatMap(zonesOf)])].sort();

function natGateway(gateway: SimGateway, second: number): object {
  const inUse = Math.max(1, Math.round(gateway.addressesInUse(second)));
  const working = zonesOf(gateway).flatMap((zone) =>
    gateway.addresses.filter((address) => address.zone === zone).slice(0, inUse),
  );
  const isRegional = gateway.zone === null;
  return {
    NatGatewayId: gateway.id,
    State: 'available',
    ConnectivityType: 'public',
    VpcId: VPC_ID,
    ...(isRegional
      ? { AvailabilityMode: 'regional', AutoScalingIps: 'enabled', AutoProvisionZones: 'enabled' }
      : { AvailabilityMode: 'zonal', SubnetId: subnetOf('public', gateway.zone) }),
    NatGatewayAddresses: working.map(({ privateAddress, publicAddress, zone }, index) => ({
      AllocationId: `eipalloc-0${String(index).repeat(16)}`,
      ...(isRegional
        ? { AvailabilityZone: `${REGION}${zone}`, AvailabilityZoneId: `use1-az${zone.charCodeAt(0) - 96}` }
        : { NetworkInterfaceId: gateway.interfaceId, IsPrimary: index === 0 }),
      PrivateIp: privateAddress,
      PublicIp: publicAddress,
      Status: 'succeeded',
    })),
    Tags: [{ Key: 'Name', Value: gateway.name }],
  };
}

function hostInterface(host: SimHost, index: number): object {
  const uuid = `0b1c2d3e-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const description = {
    ecs: `arn:aws:ecs:${REGION}:${ACCOUNT}:attachment/${uuid}`,
    lambda: `AWS Lambda VPC ENI-${host.owner}-${uuid}`,
    ec2: '',
  }[host.platform];
  const tags = {
    ecs: [
      { Key: 'aws:ecs:serviceName', Value: host.owner },
      { Key: 'aws:ecs:clusterName', Value: 'shop' },
    ],
    lambda: [],
    ec2: [{ Key: 'Name', Value: host.owner }],
  }[host.platform];
  return {
    NetworkInterfaceId: host.interfaceId,
    InterfaceType: host.platform === 'lambda' ? 'lambda' : 'interface',
    Description: description,
    ...(host.address.includes(':')
      ? { Ipv6Addresses: [{ Ipv6Address: host.address, IsPrimaryIpv6: true }], PrivateIpAddresses: [] }
      : {
          PrivateIpAddress: host.address,
          PrivateIpAddresses: [{ PrivateIpAddress: host.address, Primary: true }],
        }),
    SubnetId: subnetOf('private', host.zone),
    VpcId: VPC_ID,
    Status: 'in-use',
    ...(host.instanceId ? { Attachment: { InstanceId: host.instanceId, Status: 'attached' } } : {}),
    TagSet: tags,
  };
}

const gatewayInterface = (gateway: SimGateway, zone: string): object => ({
  NetworkInterfaceId: gateway.interfaceId,
  InterfaceType: 'nat_gateway',
  Description: `Interface for NAT Gateway ${gateway.id}`,
  PrivateIpAddress: gateway.addresses[0]?.privateAddress,
  PrivateIpAddresses: gateway.addresses.map(({ privateAddress }, index) => ({
    PrivateIpAddress: privateAddress,
    Primary: index === 0,
  })),
  SubnetId: subnetOf('public', zone),
  VpcId: VPC_ID,
  Status: 'in-use',
  TagSet: [],
});

function serviceInterfaces(world: World): object[] {
  return world.services.flatMap((service) =>
    service.interfaceId === null
      ? []
      : [
          {
            NetworkInterfaceId: service.interfaceId,
            InterfaceType: 'interface',
            Description: `ELB app/${service.name}/50dc6c495c0c9188`,
            PrivateIpAddress: service.destinations[0]?.address,
            PrivateIpAddresses: service.destinations.map(({ address }) => ({ PrivateIpAddress: address })),
            SubnetId: subnetOf('private', 'a'),
            VpcId: VPC_ID,
            Status: 'in-use',
            TagSet: [],
          },
        ],
  );
}

/** Zone by zone a block of addresses of its own, public and private. */
function subnetsOf(zone: string, index: number): object[] {
  return (['public', 'private'] as const).map((kind, part) => ({
    SubnetId: subnetOf(kind, zone),
    VpcId: VPC_ID,
    AvailabilityZone: `${REGION}${zone}`,
    CidrBlock: `10.0.${2 * index + part}.0/24`,
    Tags: [{ Key: 'Name', Value: `${kind}-${zone}` }],
  }));
}

/** Each zone's private subnet goes out by the gateway of its zone, by the regional one, or by the only one there is. */
function routeTables(world: World): object[] {
  return zonesIn(world).map((zone) => {
    const gateway =
      world.gateways.find((each) => each.zone === zone) ??
      world.gateways.find((each) => each.zone === null) ??
      world.gateways[0];
    const route = gateway ? [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: gateway.id, State: 'active' }] : [];
    return {
      RouteTableId: `rtb-0cc000000000000${zone === 'a' ? '0' : zone}c`,
      VpcId: VPC_ID,
      Associations: [{ Main: false, SubnetId: subnetOf('private', zone) }],
      Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' }, ...route],
    };
  });
}
