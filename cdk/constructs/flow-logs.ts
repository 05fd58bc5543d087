import { Stack } from 'aws-cdk-lib';
import { CfnFlowLog } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  FLOW_LOG_FIELDS,
  FLOW_LOG_INTERVAL_SECONDS,
  flowLogFormat,
  REGIONAL_NAT_FIELDS,
} from '../../shared/deploy/flow-log-format.ts';
import type { FlowLogTarget } from '../settings.ts';

export type FlowLogsProps = { readonly targets: readonly FlowLogTarget[]; readonly bucket: IBucket };

const RESOURCE_TYPES = { interface: 'NetworkInterface', vpc: 'VPC', 'regional-nat': 'RegionalNatGateway' } as const;

/** The flow logs that Freeport creates: one minute of aggregation, in the fields its rows are made of. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, { targets, bucket }: FlowLogsProps) {
    super(scope, id);
    if (targets.length === 0) return;
    const permission = allowDelivery(bucket);
    for (const target of targets) {
      const fields = target.kind === 'regional-nat' ? REGIONAL_NAT_FIELDS : FLOW_LOG_FIELDS;
      const flowLog = new CfnFlowLog(this, target.id, {
        resourceId: target.id,
        resourceType: RESOURCE_TYPES[target.kind],
        trafficType: 'ALL',
        logDestinationType: 's3',
        logDestination: bucket.bucketArn,
        logFormat: flowLogFormat(fields),
        maxAggregationInterval: FLOW_LOG_INTERVAL_SECONDS,
        // CloudFormation's own spelling: CDK passes this property on as it is.
        destinationOptions: { FileFormat: 'plain-text', HiveCompatiblePartitions: false, PerHourPartition: true },
      });
      if (permission) flowLog.node.addDependency(permission);
    }
  }
}

/** What AWS would add by itself on creation; written here, so that the template is the whole truth. */
function allowDelivery(bucket: IBucket) {
  const { account } = Stack.of(bucket);
  const delivery = new ServicePrincipal('delivery.logs.amazonaws.com');
  const conditions = { StringEquals: { 'aws:SourceAccount': account } };
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals: [delivery],
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions,
    }),
  );
  return bucket.addToResourcePolicy(
    new PolicyStatement({
      principals: [delivery],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${account}/*`)],
      conditions,
    }),
  ).policyDependable;
}
