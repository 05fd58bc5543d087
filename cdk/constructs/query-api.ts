import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FreeportSettings } from '../settings.ts';
import { FIVE_MINUTES, type Alarms } from './alarms.ts';
import { FreeportFunction } from './freeport-function.ts';
import type { Stores } from './stores.ts';

export type QueryApiProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
  readonly alarms: Alarms;
};

const REQUESTS_PER_SECOND = 20;
const BURST_REQUESTS = 40;
const READ_PATHS = [
  '/findings',
  '/findings/{id}',
  '/findings/{id}/actions',
  '/destinations',
  '/nat-gateways',
  '/ruled-out',
  '/health',
  '/openapi.json',
] as const;
const ACTIONS = ['acknowledge', 'suppress', 'resolve'] as const;

/** The query API for callers with AWS credentials and leave to `execute-api:Invoke`, which can be given per route. */
export class QueryApi extends Construct {
  readonly query: FreeportFunction;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { settings, stores, alarms }: QueryApiProps) {
    super(scope, id);
    const { logRetentionDays } = settings.operations;
    this.query = new FreeportFunction(this, 'Query', {
      name: 'query-findings',
      description: 'Answers queries about findings',
      memoryMb: 512,
      timeout: Duration.seconds(20),
      logRetentionDays,
      deadLetters: { notNeeded: 'It is called synchronously: the caller sees the failure and asks again.' },
    });
    stores.grantQuery(this.query);
    stores.grantReadSummary(this.query);
    stores.grantReadLogGroups(this.query);
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false, defaultAuthorizer: new HttpIamAuthorizer() });
    const integration = new HttpLambdaIntegration('QueryIntegration', this.query);
    for (const path of READ_PATHS) this.api.addRoutes({ path, methods: [HttpMethod.GET], integration });
    for (const action of ACTIONS)
      this.api.addRoutes({ path: `/findings/{id}/${action}`, methods: [HttpMethod.POST], integration });
    this.#addStage(logRetentionDays);
    new CfnOutput(this, 'Url', { value: this.api.apiEndpoint, description: 'The query API' });
    alarms.add({
      metric: this.api.metricServerError({ ...FIVE_MINUTES }),
      threshold: 5,
      evaluationPeriods: 2,
      impact: 'Queries fail: the console and whoever asks the API see no findings.',
      runbook: 'api-fails',
    });
  }

  #addStage(retention: number): void {
    const accessLog = new LogGroup(this, 'AccessLog', { retention, removalPolicy: RemovalPolicy.DESTROY });
    new CfnStage(this, 'Stage', {
      apiId: this.api.apiId,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: accessLog.logGroupArn, format: JSON.stringify(ACCESS_LOG_FORMAT) },
      defaultRouteSettings: { throttlingRateLimit: REQUESTS_PER_SECOND, throttlingBurstLimit: BURST_REQUESTS },
    });
  }
}

/** Who asked for what and how it went; no query text, which may name what a team would rather not log. */
const ACCESS_LOG_FORMAT = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  caller: '$context.identity.caller',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
};
