import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/** Rules of the AwsSolutions and Serverless packs that something here departs from on purpose. */
export type Rule =
  | 'AwsSolutions-S1'
  | 'AwsSolutions-DDB3'
  | 'Serverless-EventBusDLQ'
  | 'Serverless-LambdaDLQ'
  | 'Serverless-LambdaEventSourceMappingDestination'
  | 'Serverless-LambdaTracing'
  | 'Serverless-SNSRedrivePolicy'
  | 'Serverless-SQSRedrivePolicy';

/** A departure and its reason, which whoever reviews the stack should be able to agree or disagree with. */
export function acknowledge(construct: IConstruct, rule: Rule, reason: string): void {
  Validations.of(construct).acknowledge({ id: `${rule.split('-')[0]}::${rule}`, reason });
}

/** One wildcard in one policy, by its exact text: another wildcard in the same policy is still an error. */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  const text = flattenCfnReference(Stack.of(construct).resolve(resource));
  Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${text}]`, reason });
}

/** One managed policy of AWS's own, by its name. */
export function acknowledgeManagedPolicy(construct: IConstruct, name: string, reason: string): void {
  const arn = `arn:<AWS::Partition>:iam::aws:policy/${name}`;
  Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM4[Policy::${arn}]`, reason });
}
