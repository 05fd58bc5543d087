import { textBytes, type Sink } from './deliveries.ts';
import { ACCOUNT, REGION, VPC_ID } from './flow-format.ts';
import type { SimGateway, SimHost, World } from './world.ts';

export const NAT_SUBNET = 'subnet-0aa0000000000000a';
export const HOST_SUBNET = 'subnet-0bb0000000000000b';

/** What `aws ec2 describe-*` prints of the world at `second`; a later answer replaces an earlier one. */
export function deliverInventory(sink: Sink, world: World, startMs: number, second: number): void {
  const answers: Readonly<Record<string, unknown>> = {
    'describe-nat-gateways': { NatGateways: world.gateways.map((gateway) => natGateway(gateway, second)) },
    'describe-network-interfaces': {
      NetworkInterfaces: [
        ...world.hosts.map(hostInterface),
        ...world.gateways.map(gatewayInterface),
        ...serviceInterfaces(world),
      ],
    },
    'describe-subnets': { Subnets: SUBNETS },
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

function natGateway(gateway: SimGateway, second: number): object {
  const inUse = Math.round(gateway.addressesInUse(second));
  return {
    NatGatewayId: gateway.id,
    State: 'available',
    ConnectivityType: 'public',
    VpcId: VPC_ID,
    SubnetId: NAT_SUBNET,
    NatGatewayAddresses: gateway.addresses
      .slice(0, Math.max(1, inUse))
      .map(({ privateAddress, publicAddress }, index) => ({
        AllocationId: `eipalloc-0${String(index).repeat(16)}`,
        NetworkInterfaceId: gateway.interfaceId,
        PrivateIp: privateAddress,
        PublicIp: publicAddress,
        IsPrimary: index === 0,
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
    PrivateIpAddress: host.address,
    PrivateIpAddresses: [{ PrivateIpAddress: host.address, Primary: true }],
    SubnetId: HOST_SUBNET,
    VpcId: VPC_ID,
    Status: 'in-use',
    ...(host.instanceId ? { Attachment: { InstanceId: host.instanceId, Status: 'attached' } } : {}),
    TagSet: tags,
  };
}

const gatewayInterface = (gateway: SimGateway): object => ({
  NetworkInterfaceId: gateway.interfaceId,
  InterfaceType: 'nat_gateway',
  Description: `Interface for NAT Gateway ${gateway.id}`,
  PrivateIpAddress: gateway.addresses[0]?.privateAddress,
  PrivateIpAddresses: gateway.addresses.map(({ privateAddress }, index) => ({
    PrivateIpAddress: privateAddress,
    Primary: index === 0,
  })),
  SubnetId: NAT_SUBNET,
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
            SubnetId: HOST_SUBNET,
            VpcId: VPC_ID,
            Status: 'in-use',
            TagSet: [],
          },
        ],
  );
}

const SUBNETS = [
  { SubnetId: NAT_SUBNET, VpcId: VPC_ID, CidrBlock: '10.0.0.0/24', Tags: [{ Key: 'Name', Value: 'public-a' }] },
  { SubnetId: HOST_SUBNET, VpcId: VPC_ID, CidrBlock: '10.0.1.0/24', Tags: [{ Key: 'Name', Value: 'private-a' }] },
];

function routeTables(world: World): object[] {
  const [gateway] = world.gateways;
  const route = gateway ? [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: gateway.id, State: 'active' }] : [];
  return [
    {
      RouteTableId: 'rtb-0cc0000000000000c',
      VpcId: VPC_ID,
      Associations: [{ Main: false, SubnetId: HOST_SUBNET }],
      Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' }, ...route],
    },
  ];
}
