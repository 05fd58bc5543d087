import * as z from 'zod/mini';

/**
 * The fields of `aws ec2 describe-*` output that Freeport reads; the AWS SDK answers in the same shape. Everything but
 * the identity may be missing, because `--query` and older tools leave things out.
 */
const text = z.nullish(z.string());

const tags = z.nullish(z.array(z.object({ Key: text, Value: text })));

export const natGatewaySchema = z.object({
  NatGatewayId: z.string(),
  VpcId: text,
  SubnetId: text,
  State: text,
  ConnectivityType: text,
  AvailabilityMode: text,
  NatGatewayAddresses: z.nullish(
    z.array(
      z.object({
        NetworkInterfaceId: text,
        PrivateIp: text,
        PublicIp: text,
        Status: text,
        AvailabilityZone: text,
      }),
    ),
  ),
  Tags: tags,
});

export const networkInterfaceSchema = z.object({
  NetworkInterfaceId: z.string(),
  VpcId: text,
  SubnetId: text,
  InterfaceType: text,
  Description: text,
  PrivateIpAddress: text,
  PrivateIpAddresses: z.nullish(z.array(z.object({ PrivateIpAddress: text }))),
  Ipv6Addresses: z.nullish(z.array(z.object({ Ipv6Address: text }))),
  Attachment: z.nullish(z.object({ InstanceId: text })),
  TagSet: tags,
});

export const subnetSchema = z.object({
  SubnetId: z.string(),
  VpcId: z.string(),
  CidrBlock: z.string(),
  Tags: tags,
});

export const routeTableSchema = z.object({
  RouteTableId: z.string(),
  VpcId: z.string(),
  Associations: z.nullish(z.array(z.object({ Main: z.nullish(z.boolean()), SubnetId: text }))),
  Routes: z.nullish(
    z.array(
      z.object({
        DestinationCidrBlock: text,
        DestinationIpv6CidrBlock: text,
        DestinationPrefixListId: text,
        NatGatewayId: text,
      }),
    ),
  ),
});

/** An instance lists its own interfaces, without their tags. */
export const reservationSchema = z.object({
  Instances: z.array(
    z.object({
      InstanceId: z.string(),
      Tags: tags,
      NetworkInterfaces: z.nullish(z.array(z.omit(networkInterfaceSchema, { TagSet: true }))),
    }),
  ),
});

export type DescribedTags = z.infer<typeof tags>;
export type DescribedNatGateway = z.infer<typeof natGatewaySchema>;
export type DescribedInterface = z.infer<typeof networkInterfaceSchema>;
export type DescribedReservation = z.infer<typeof reservationSchema>;
export type DescribedSubnet = z.infer<typeof subnetSchema>;
export type DescribedRouteTable = z.infer<typeof routeTableSchema>;
