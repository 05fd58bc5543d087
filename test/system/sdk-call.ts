import type { IncomingHttpHeaders } from 'node:http';
import { ACCOUNT, REGION } from './template.ts';

/** One request of an SDK client, as IAM sees it: actions, each on a resource. */
export type SdkCall = {
  /** The access key, which here is the function's logical id. */
  readonly caller: string;
  readonly operation: string;
  readonly needs: Need[];
};

export type Need = { readonly action: string; readonly resource: string };

export type SdkRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

const arn = (service: string, path: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${path}`;

/** Throws for a request that it cannot place: an unknown call must not slip through the check. */
export function readSdkCall(request: SdkRequest): SdkCall {
  const credential = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '');
  if (credential === null) throw new Error(`${request.method} ${request.path} is not signed`);
  const [, caller = '', service = ''] = credential;
  const needsOf = READERS[service];
  if (needsOf === undefined) throw new Error(`calls to ${service} are not known here`);
  const { operation, needs } = needsOf(request);
  return { caller, operation: `${service}:${operation}`, needs };
}

type Read = { readonly operation: string; readonly needs: Need[] };

const READERS: Readonly<Record<string, (request: SdkRequest) => Read>> = {
  s3: readS3,
  dynamodb: readDynamoDb,
  sqs: (request) => {
    const operation = targetOf(request);
    const queue = String(jsonOf(request)['QueueUrl'] ?? '')
      .split('/')
      .at(-1);
    return { operation, needs: [{ action: `sqs:${operation}`, resource: arn('sqs', `${queue}`) }] };
  },
  sns: (request) => {
    const { operation, parameters } = queryOf(request);
    return { operation, needs: [{ action: `sns:${operation}`, resource: parameters.get('TopicArn') ?? '*' }] };
  },
  events: (request) => {
    const operation = targetOf(request);
    const entries = (jsonOf(request)['Entries'] ?? []) as { EventBusName?: string }[];
    const needs = entries.map(({ EventBusName }) => ({
      action: `events:${operation}`,
      resource: arn('events', `event-bus/${EventBusName ?? 'default'}`),
    }));
    return { operation, needs };
  },
  secretsmanager: (request) => {
    const operation = targetOf(request);
    const resource = String(jsonOf(request)['SecretId'] ?? '*');
    return { operation, needs: [{ action: `secretsmanager:${operation}`, resource }] };
  },
  logs: (request) => {
    const operation = targetOf(request);
    const { logGroupName, resourceArn, logGroupNamePrefix } = jsonOf(request);
    const group = typeof logGroupName === 'string' ? logGroupName : `${String(logGroupNamePrefix ?? '')}*`;
    const resource = typeof resourceArn === 'string' ? resourceArn : arn('logs', `log-group:${group}`);
    return { operation, needs: [{ action: `logs:${operation}`, resource }] };
  },
  ec2: (request) => {
    const { operation } = queryOf(request);
    return { operation, needs: [{ action: `ec2:${operation}`, resource: '*' }] };
  },
  monitoring: (request) => {
    const operation = rpcOperation(request) ?? targetOf(request);
    return { operation, needs: [{ action: `cloudwatch:${operation}`, resource: alarmOf(operation, request) }] };
  },
};

function readS3({ method, path, headers }: SdkRequest): Read {
  const { pathname, searchParams } = new URL(path, 'http://s3');
  const [bucket = '', ...key] = pathname.slice(1).split('/');
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const objectArn = `${bucketArn}/${decodeURIComponent(key.join('/'))}`;
  if (key.join('/') === '' && method === 'GET')
    return { operation: 'ListObjectsV2', needs: [{ action: 's3:ListBucket', resource: bucketArn }] };
  if (headers['x-amz-copy-source'] !== undefined || searchParams.has('uploads'))
    throw new Error('copies and multipart uploads are not known here');
  const operation = { GET: 'GetObject', PUT: 'PutObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method];
  if (operation === undefined) throw new Error(`S3 ${method} is not known here`);
  const action = operation === 'HeadObject' ? 'GetObject' : operation;
  return { operation, needs: [{ action: `s3:${action}`, resource: objectArn }] };
}

function readDynamoDb(request: SdkRequest): Read {
  const operation = targetOf(request);
  const body = jsonOf(request);
  const table = (name: unknown): string => arn('dynamodb', `table/${String(name)}`);
  switch (operation) {
    case 'TransactWriteItems': {
      const writes = (body['TransactItems'] ?? []) as Record<string, { TableName: string }>[];
      const needs = writes.flatMap((write) =>
        Object.entries(write).map(([kind, { TableName }]) => ({
          action: kind === 'ConditionCheck' ? 'dynamodb:ConditionCheckItem' : `dynamodb:${kind}Item`,
          resource: table(TableName),
        })),
      );
      return { operation, needs };
    }
    case 'BatchGetItem':
    case 'BatchWriteItem': {
      const names = Object.keys((body['RequestItems'] ?? {}) as object);
      return { operation, needs: names.map((name) => ({ action: `dynamodb:${operation}`, resource: table(name) })) };
    }
    default: {
      const index = body['IndexName'] === undefined ? '' : `/index/${String(body['IndexName'])}`;
      return { operation, needs: [{ action: `dynamodb:${operation}`, resource: table(body['TableName']) + index }] };
    }
  }
}

/** Alarm names stand in the request's CBOR as text; the two operations that change alarms are granted by name. */
function alarmOf(operation: string, { body }: SdkRequest): string {
  if (operation === 'DescribeAlarms') return arn('cloudwatch', 'alarm:*');
  if (operation !== 'PutMetricAlarm' && operation !== 'DeleteAlarms') return '*';
  const name = /[A-Za-z][\w-]*-port-(?:errors|watch)-[\w/-]+/.exec(body.toString('latin1'))?.[0] ?? 'unknown';
  return arn('cloudwatch', `alarm:${name}`);
}

const targetOf = ({ headers }: SdkRequest): string => {
  const target = String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  if (!target) throw new Error('the request names no operation');
  return target;
};

const rpcOperation = ({ path }: SdkRequest): string | null => /\/operation\/(\w+)/.exec(path)?.[1] ?? null;

const jsonOf = ({ body }: SdkRequest) => JSON.parse(body.toString()) as Record<string, unknown>;

function queryOf({ body }: SdkRequest): { readonly operation: string; readonly parameters: URLSearchParams } {
  const parameters = new URLSearchParams(body.toString());
  return { operation: parameters.get('Action') ?? '', parameters };
}
