import type { DescribedInterface, DescribedTags } from './describe-schemas.ts';

const NAME_LIMIT = 256;

/** The value of a tag, or null when it is absent or empty. */
export function tagOf(tags: DescribedTags, key: string): string | null {
  const value = tags?.find((tag) => tag.Key === key)?.Value?.trim();
  return value ? value.slice(0, NAME_LIMIT) : null;
}

/** AWS writes the function's name and a UUID into the description of a Lambda interface; nothing else names it. */
const LAMBDA = /^AWS Lambda VPC ENI-(.+?)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LAMBDA_WITHOUT_ID = /^AWS Lambda VPC ENI-(.+)$/;
const NAT_GATEWAY = /^Interface for NAT Gateway (nat-[0-9a-f]+)/;
const LOAD_BALANCER = /^ELB (?:(?:app|net|gwy)\/([^/]+)\/|([^/]+)$)/;
const ENDPOINT = /^VPC Endpoint Interface (vpce-[0-9a-f]+)/;
const ECS_ATTACHMENT = /^arn:aws[a-z-]*:ecs:[^:]*:[^:]*:attachment\//;

/**
 * Who runs what sits behind an interface, most telling first: the ECS service, the Lambda function, the load balancer,
 * the NAT gateway, the Name tag, the instance. Null when nothing says.
 */
export function ownerOf(described: DescribedInterface): string | null {
  const description = described.Description ?? '';
  return (
    ecsOwner(described.TagSet, description) ??
    ownerByDescription(description) ??
    tagOf(described.TagSet, 'Name') ??
    podNodeOwner(described.TagSet) ??
    instanceOwner(described)
  );
}

function ecsOwner(tags: DescribedTags, description: string): string | null {
  const service = tagOf(tags, 'aws:ecs:serviceName');
  const cluster = tagOf(tags, 'aws:ecs:clusterName');
  if (service !== null) return cluster === null ? `ECS service ${service}` : `ECS service ${service} in ${cluster}`;
  if (!ECS_ATTACHMENT.test(description)) return null;
  const name = tagOf(tags, 'Name');
  if (name !== null) return `ECS task ${name}`;
  return cluster === null ? null : `ECS task in ${cluster}`;
}

function ownerByDescription(description: string): string | null {
  const lambda = LAMBDA.exec(description) ?? LAMBDA_WITHOUT_ID.exec(description);
  if (lambda?.[1] !== undefined) return `Lambda ${lambda[1].slice(0, NAME_LIMIT)}`;
  const balancer = LOAD_BALANCER.exec(description);
  const balancerName = balancer?.[1] ?? balancer?.[2];
  if (balancerName !== undefined) return `load balancer ${balancerName.slice(0, NAME_LIMIT)}`;
  const gateway = NAT_GATEWAY.exec(description)?.[1];
  if (gateway !== undefined) return `NAT gateway ${gateway}`;
  const endpoint = ENDPOINT.exec(description)?.[1];
  return endpoint === undefined ? null : `VPC endpoint ${endpoint}`;
}

/** The interfaces that the EKS network plugin attaches carry the node in a tag and no Name. */
function podNodeOwner(tags: DescribedTags): string | null {
  const node = tagOf(tags, 'node.k8s.amazonaws.com/instance_id');
  return node === null ? null : `pods on ${node}`;
}

const instanceOwner = (described: DescribedInterface): string | null => described.Attachment?.InstanceId ?? null;
