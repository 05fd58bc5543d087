import { execFileSync } from 'node:child_process';
import { AssetHashType, DockerImage, RemovalPolicy, Stack, type Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { EnvironmentName } from '../../shared/deploy/environment.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';

export const FUNCTION_NAMES = [
  'ingest-flow-logs',
  'ingest-app-logs',
  'subscribe-log-groups',
  'poll-metrics',
  'sync-inventory',
  'analyze',
  'publish-findings',
  'notify-slack',
  'query-findings',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

export type FreeportFunctionProps = {
  readonly name: FunctionName;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly logRetentionDays: RetentionDays;
  /** Where an event goes that failed every attempt, or why none is lost: the type asks for one of the two. */
  readonly deadLetters: Queue | { readonly notNeeded: string };
};

const PROJECT_ROOT = new URL('../..', import.meta.url).pathname;

/**
 * One Lambda function with a role and a log group of its own, so that it starts with no permission but to write its
 * log; every other one comes from the construct whose capability it uses.
 */
export class FreeportFunction extends Function {
  readonly memoryMb: number;
  readonly #role: Role;

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
      code: codeOf(props.name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role,
      logGroup,
      ...(props.deadLetters instanceof Queue ? { deadLetterQueue: props.deadLetters } : {}),
    });
    this.memoryMb = props.memoryMb;
    this.#role = role;
    if (!(props.deadLetters instanceof Queue)) acknowledge(this, 'Serverless-LambdaDLQ', props.deadLetters.notNeeded);
    acknowledge(
      this,
      'Serverless-LambdaTracing',
      'One log line tells a run; traces would cost more than the functions do.',
    );
  }

  /** Environment names are the ones that the functions read. */
  provide(name: EnvironmentName, value: string): void {
    this.addEnvironment(name, value);
  }

  /** Exact resources only. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** Resources with a wildcard, which need a reason each. */
  allowPattern(actions: readonly string[], resources: readonly string[], reason: string): void {
    this.allow(actions, resources);
    for (const resource of resources) acknowledgeWildcard(this.#role, resource, reason);
  }

  /** For a wildcard that an event source of CDK's own adds. */
  acknowledgeWildcard(resource: string, reason: string): void {
    acknowledgeWildcard(this.#role, resource, reason);
  }
}

/** The bundle is made on this machine; its own bytes are its version, so an unchanged function is not deployed again. */
function codeOf(name: FunctionName): Code {
  return Code.fromAsset(`${PROJECT_ROOT}lambdas/${name}`, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('not-used'),
      local: {
        tryBundle(outputDir) {
          const bundler = `${PROJECT_ROOT}cdk/bundle.ts`;
          execFileSync(process.execPath, [bundler, '--function', name, '--out', outputDir], { stdio: 'inherit' });
          return true;
        },
      },
    },
  });
}
