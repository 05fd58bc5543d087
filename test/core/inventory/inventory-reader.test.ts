import { describe, expect, test } from 'vitest';
import { inventoryOf } from '../../../shared/core/inventory/describe-documents.ts';
import { createInventoryReader } from '../../../shared/core/inventory/inventory-reader.ts';
import { readText } from '../reading.ts';

const gateway = (overrides: object = {}) => ({
  NatGatewayId: 'nat-0aaaabbbbccccdddd',
  VpcId: 'vpc-1',
  SubnetId: 'subnet-1',
  State: 'available',
  ConnectivityType: 'public',
  Tags: [{ Key: 'Name', Value: 'egress-a' }],
  NatGatewayAddresses: [
    { PrivateIp: '10.0.0.1', PublicIp: '198.51.100.1', NetworkInterfaceId: 'eni-1', Status: 'succeeded' },
  ],
  ...overrides,
});

const networkInterface = (overrides: object = {}) => ({
  NetworkInterfaceId: 'eni-1',
  VpcId: 'vpc-1',
  SubnetId: 'subnet-1',
  InterfaceType: 'interface',
  Description: '',
  PrivateIpAddress: '10.0.0.5',
  PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.5' }, { PrivateIpAddress: '10.0.0.6' }],
  Ipv6Addresses: [{ Ipv6Address: '2001:0DB8::0001' }],
  TagSet: [],
  ...overrides,
});

const ownerOf = (overrides: object) =>
  inventoryOf({ NetworkInterfaces: [networkInterface(overrides)] })?.fragment.interfaces?.[0]?.owner;

describe('NAT gateways', () => {
  test('keep the addresses that carry traffic', () => {
    const assigning = { PrivateIp: '10.0.0.2', Status: 'assigning' };
    const { NatGatewayAddresses } = gateway();
    const document = { NatGateways: [gateway({ NatGatewayAddresses: [...NatGatewayAddresses, assigning] })] };
    expect(inventoryOf(document)?.fragment.natGateways).toEqual([
      {
        id: 'nat-0aaaabbbbccccdddd',
        vpcId: 'vpc-1',
        subnetId: 'subnet-1',
        regional: false,
        isPrivate: false,
        name: 'egress-a',
        addresses: [
          {
            privateAddress: '10.0.0.1',
            publicAddress: '198.51.100.1',
            interfaceId: 'eni-1',
            availabilityZone: null,
          },
        ],
      },
    ]);
  });

  test('tell regional and private ones', () => {
    const regional = { AvailabilityMode: 'regional', ConnectivityType: 'private', SubnetId: null };
    expect(inventoryOf({ NatGateways: [gateway(regional)] })?.fragment.natGateways?.[0]).toMatchObject({
      regional: true,
      isPrivate: true,
      subnetId: null,
    });
  });
});

describe('network interfaces', () => {
  test('carry every address once, in canonical spelling', () => {
    const fragment = inventoryOf({ NetworkInterfaces: [networkInterface()] })?.fragment;
    expect(fragment?.interfaces?.[0]).toMatchObject({
      id: 'eni-1',
      addresses: ['10.0.0.5', '10.0.0.6', '2001:db8::1'],
      owner: null,
      instanceId: null,
    });
  });

  const uuid = '0a1b2c3d-0000-1111-2222-333344445555';
  test.each([
    [
      'ECS service checkout in prod',
      {
        TagSet: [
          { Key: 'aws:ecs:serviceName', Value: 'checkout' },
          { Key: 'aws:ecs:clusterName', Value: 'prod' },
          { Key: 'Name', Value: 'ignored' },
        ],
      },
    ],
    ['Lambda send-mail', { Description: `AWS Lambda VPC ENI-send-mail-${uuid}`, InterfaceType: 'lambda' }],
    ['load balancer front', { Description: 'ELB app/front/0123456789abcdef' }],
    ['load balancer classic', { Description: 'ELB classic' }],
    ['NAT gateway nat-0aaaabbbbccccdddd', { Description: 'Interface for NAT Gateway nat-0aaaabbbbccccdddd' }],
    ['VPC endpoint vpce-0123456789abcdef0', { Description: 'VPC Endpoint Interface vpce-0123456789abcdef0' }],
    ['worker', { TagSet: [{ Key: 'Name', Value: 'worker' }], Attachment: { InstanceId: 'i-1' } }],
    ['pods on i-2', { TagSet: [{ Key: 'node.k8s.amazonaws.com/instance_id', Value: 'i-2' }] }],
    ['i-1', { Attachment: { InstanceId: 'i-1' } }],
    [null, {}],
  ])('belong to %s', (owner, overrides) => {
    expect(ownerOf(overrides)).toBe(owner);
  });
});

test('instances name their interfaces', () => {
  const { TagSet: _, ...listed } = networkInterface({ NetworkInterfaceId: 'eni-7' });
  const Instances = [
    { InstanceId: 'i-1', Tags: [{ Key: 'Name', Value: 'checkout' }], NetworkInterfaces: [listed] },
    { InstanceId: 'i-2', NetworkInterfaces: [{ ...listed, NetworkInterfaceId: 'eni-8' }] },
    { InstanceId: 'i-3' },
  ];
  expect(inventoryOf({ Reservations: [{ Instances }] })?.fragment.interfaces).toMatchObject([
    { id: 'eni-7', instanceId: 'i-1', owner: 'checkout', addresses: ['10.0.0.5', '10.0.0.6', '2001:db8::1'] },
    { id: 'eni-8', instanceId: 'i-2', owner: 'i-2' },
  ]);
  expect(inventoryOf({ Reservations: [{ Groups: [] }, { Instances }] })?.rejected).toEqual([
    'Reservations[0]: Instances is missing or malformed',
  ]);
});

test('route tables keep only the routes through a NAT gateway', () => {
  const document = {
    RouteTables: [
      {
        RouteTableId: 'rtb-1',
        VpcId: 'vpc-1',
        Associations: [{ Main: true }, { Main: false, SubnetId: 'subnet-2' }],
        Routes: [
          { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' },
          { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1' },
          { DestinationIpv6CidrBlock: '64:ff9b::/96', NatGatewayId: 'nat-1' },
        ],
      },
    ],
  };
  expect(inventoryOf(document)?.fragment.routeTables).toEqual([
    {
      id: 'rtb-1',
      vpcId: 'vpc-1',
      isMain: true,
      subnetIds: ['subnet-2'],
      natRoutes: [
        { destinationCidr: '0.0.0.0/0', natGatewayId: 'nat-1' },
        { destinationCidr: '64:ff9b::/96', natGatewayId: 'nat-1' },
      ],
    },
  ]);
});

describe('the reader', () => {
  const read = (text: string) => readText(createInventoryReader({ file: 'inventory.json' }), text);

  test('joins pages that follow each other and counts entries', () => {
    const pages = [
      { NatGateways: [gateway()] },
      { Subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-1', CidrBlock: '10.0.0.0/24' }] },
    ];
    const reading = read(pages.map((page) => JSON.stringify(page, null, 4)).join('\n'));
    expect(reading.counts).toMatchObject({ read: 2, rejected: 0 });
    expect(reading.inventory).toMatchObject({
      natGateways: [{ id: 'nat-0aaaabbbbccccdddd' }],
      subnets: [{ id: 'subnet-1', cidr: '10.0.0.0/24', name: null }],
    });
  });

  test('rejects an entry without its id and keeps the others', () => {
    const reading = read(JSON.stringify({ NatGateways: [{ VpcId: 'vpc-1' }, gateway()] }));
    expect(reading.inventory?.natGateways).toHaveLength(1);
    expect(reading.counts.rejectedExamples).toEqual([
      { file: 'inventory.json', line: 1, reason: 'NatGateways[0]: NatGatewayId is missing or malformed' },
    ]);
  });

  test('rejects other documents', () => {
    expect(read('{"Volumes":[]}').counts).toMatchObject({ read: 0, rejected: 1 });
  });
});
