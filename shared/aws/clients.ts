import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';

/** Clients as every function builds them, once per cold start. Region, credentials and endpoints come from the environment. */
const options = { maxAttempts: 4 } as const;

export const s3Client = (): S3Client => new S3Client({ ...options, forcePathStyle: pathStyle() });
export const dynamodbClient = (): DynamoDBClient => new DynamoDBClient(options);
export const logsClient = (): CloudWatchLogsClient => new CloudWatchLogsClient(options);
export const eventBridgeClient = (): EventBridgeClient => new EventBridgeClient(options);
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient(options);
export const snsClient = (): SNSClient => new SNSClient(options);
export const ec2Client = (): EC2Client => new EC2Client(options);
export const cloudwatchClient = (): CloudWatchClient => new CloudWatchClient(options);

/** An endpoint other than AWS's own has no name per bucket. */
const pathStyle = (): boolean => process.env['AWS_ENDPOINT_URL_S3'] !== undefined;
