import { ACCOUNT, REGION, type Physical, type Resource, type Template } from './template.ts';

/**
 * Gives every resource of the template the name and ARN that CloudFormation would, before any exists: names are free to
 * choose, and ARNs follow from them. `queueHost` is where queue URLs lead.
 */
export function nameResources(template: Template, queueHost: string): Map<string, Physical> {
  return new Map(
    Object.entries(template.Resources).map(([id, resource]) => [id, physicalOf(id, resource, queueHost)] as const),
  );
}

const arn = (service: string, path: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${path}`;

function physicalOf(id: string, { Type }: Resource, queueHost: string): Physical {
  const name = id.toLowerCase();
  const withArn = (ref: string, Arn: string, more: Record<string, string> = {}): Physical => ({
    ref,
    attributes: { Arn, ...more },
  });
  switch (Type) {
    case 'AWS::S3::Bucket':
      return withArn(name, `arn:aws:s3:::${name}`);
    case 'AWS::DynamoDB::Table':
      return withArn(name, arn('dynamodb', `table/${name}`), { StreamArn: arn('dynamodb', `table/${name}/stream/1`) });
    case 'AWS::SQS::Queue':
      return withArn(`${queueHost}/${ACCOUNT}/${name}`, arn('sqs', name), { QueueName: name });
    case 'AWS::SNS::Topic':
      return { ref: arn('sns', name), attributes: { TopicName: name, TopicArn: arn('sns', name) } };
    case 'AWS::Lambda::Function':
      return withArn(name, arn('lambda', `function:${name}`));
    case 'AWS::Logs::LogGroup':
      return withArn(name, arn('logs', `log-group:${name}:*`));
    case 'AWS::IAM::Role':
      return withArn(name, `arn:aws:iam::${ACCOUNT}:role/${name}`, { RoleId: name });
    case 'AWS::ApiGatewayV2::Api':
      return { ref: name, attributes: { ApiEndpoint: `https://${name}.execute-api.${REGION}.amazonaws.com` } };
    default:
      return withArn(name, arn('unknown', name));
  }
}
