import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../../shared/deploy/environment.ts';

export type FunctionName =
  | 'ingest-flow-logs'
  | 'ingest-app-logs'
  | 'poll-metrics'
  | 'sync-inventory'
  | 'analyze'
  | 'query-findings';

export type FreeportFunctionProps = {
  readonly name: FunctionName;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly logRetentionDays: RetentionDays;
};

const PROJECT_ROOT = new URL('../..', import.meta.url).pathname;

/**
 * One Lambda function with a role and a log group of its own, so that it starts with no permission but to write its
 * log; every other one comes from the construct whose capability it uses.
 */
export class FreeportFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: FreeportFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    super(scope, id, {
      description: props.description,
      entry: `${PROJECT_ROOT}lambdas/${props.name}/lambda.ts`,
      handler: 'handler',
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: `${PROJECT_ROOT}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role,
      logGroup,
      awsSdkConnectionReuse: false,
      bundling: BUNDLING,
    });
  }

  /** Environment names are the ones that the functions read. */
  provide(name: EnvironmentName, value: string): void {
    this.addEnvironment(name, value);
  }
}

/**
 * One ES module per function, nothing taken from the runtime, so that what was tested is what runs. In Lambda
 * credentials come from the environment alone: the SDK's other providers would be a fifth of the bundle.
 */
const BUNDLING = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  externalModules: [],
  mainFields: ['module', 'main'],
  esbuildArgs: { '--alias:@aws-sdk/credential-provider-node': `${PROJECT_ROOT}shared/aws/lambda-credentials.ts` },
  banner: "import{createRequire as r}from'node:module';const require=r(import.meta.url);",
};
