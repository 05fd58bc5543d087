import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, MathExpression, Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../../shared/deploy/metrics.ts';
import type { FreeportSettings } from '../settings.ts';
import type { Alarms, RunbookSection } from './alarms.ts';
import type { FreeportFunction } from './freeport-function.ts';

/** The functions by what their failure means. */
export type WatchedFunctions = {
  readonly ingest: readonly FreeportFunction[];
  readonly polls: readonly FreeportFunction[];
  readonly analyze: FreeportFunction;
  readonly publish: FreeportFunction;
};

export type OperationsProps = {
  readonly settings: FreeportSettings;
  readonly alarms: Alarms;
  readonly functions: WatchedFunctions;
  readonly deadLetters: readonly Queue[];
};

const FIVE_MINUTES = Duration.minutes(5);
/** us-east-1, arm64, a GB for a second. */
const LAMBDA_DOLLARS_PER_GB_SECOND = 0.000_013_333_4;

/** Alarms that look across functions, and a dashboard where one is wanted. */
export class Operations extends Construct {
  readonly #alarms: Alarms;
  readonly #functions: WatchedFunctions;

  constructor(scope: Construct, id: string, { settings, alarms, functions, deadLetters }: OperationsProps) {
    super(scope, id);
    this.#alarms = alarms;
    this.#functions = functions;
    this.#watchDeadLetters(deadLetters);
    this.#watchFailures();
    this.#watchOwnMetrics();
    this.#watchCost(settings.operations.computeDollarsPerHour);
    if (settings.operations.dashboard) this.#addDashboard();
  }

  #watchDeadLetters(queues: readonly Queue[]): void {
    const waiting = { period: FIVE_MINUTES, statistic: 'Maximum' };
    this.#alarms.add({
      metric: new MathExpression({
        expression: queues.map((_, index) => `q${index}`).join(' + '),
        usingMetrics: Object.fromEntries(
          queues.map((queue, index) => [`q${index}`, queue.metricApproximateNumberOfMessagesVisible(waiting)]),
        ),
        period: FIVE_MINUTES,
        label: 'Dead letters',
      }),
      threshold: 0,
      evaluationPeriods: 1,
      runbook: 'dead-letters',
      impact: 'Logs could not be read, or chat messages not sent, in many attempts: findings miss what they hold.',
    });
  }

  #watchFailures(): void {
    const { ingest, polls, analyze, publish } = this.#functions;
    const fails = (functions: readonly FreeportFunction[], runbook: RunbookSection, impact: string): void =>
      this.#alarms.add({ metric: sumOf('Errors', functions), threshold: 0, evaluationPeriods: 3, runbook, impact });
    fails(ingest, 'ingest-fails', 'Logs are not read, or only after retries: findings come late or not at all.');
    fails(polls, 'inputs-not-polled', 'Metrics, inventory or subscriptions are not renewed: findings say less.');
    fails([analyze], 'analysis-fails', 'Nothing is evaluated: no finding opens, and none resolves.');
    fails([publish], 'notifications-stuck', 'Findings are known but not told: people do not hear of them.');
    this.#alarms.add({
      metric: sumOf('Throttles', this.#all()),
      threshold: 0,
      evaluationPeriods: 3,
      runbook: 'functions-throttled',
      impact: 'The account has no concurrency to spare: everything Freeport does comes late.',
    });
  }

  /** Written by the functions only when they are not zero, since a metric costs money in each hour that it is written. */
  #watchOwnMetrics(): void {
    this.#alarms.add({
      metric: new MathExpression({
        expression: 'flows + logs',
        usingMetrics: {
          flows: ownMetric('RecordsRejected', 'ingest-flow-logs'),
          logs: ownMetric('RecordsRejected', 'ingest-app-logs'),
        },
        period: FIVE_MINUTES,
      }),
      threshold: 1_000,
      evaluationPeriods: 3,
      runbook: 'records-rejected',
      impact: 'Many records cannot be read: a log format is not what Freeport takes it for.',
    });
    this.#alarms.add({
      metric: ownMetric('SignalsMissing', 'analyze'),
      threshold: 0,
      evaluationPeriods: 3,
      runbook: 'signal-lost',
      impact: 'A source of signals fell silent: Freeport would not see an exhaustion there.',
    });
  }

  #watchCost(dollarsPerHour: number): void {
    const all = this.#all();
    const terms = all.map(({ memoryMb }, index) => `FILL(d${index}, 0) * ${memoryMb / 1_024 / 1_000}`);
    this.#alarms.add({
      metric: new MathExpression({
        expression: `(${terms.join(' + ')}) * ${LAMBDA_DOLLARS_PER_GB_SECOND.toFixed(10)}`,
        usingMetrics: Object.fromEntries(
          all.map((one, index) => [`d${index}`, one.metricDuration({ period: Duration.hours(1), statistic: 'Sum' })]),
        ),
        period: Duration.hours(1),
        label: 'Dollars of compute an hour',
      }),
      threshold: dollarsPerHour,
      evaluationPeriods: 2,
      runbook: 'cost-too-high',
      impact: 'Freeport computes more than was expected of it: the bill grows.',
    });
  }

  #addDashboard(): void {
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
    const dashboard = new Dashboard(this, 'Dashboard');
    const all = this.#all();
    dashboard.addWidgets(
      graph(
        'Invocations',
        all.map((one) => one.metricInvocations()),
      ),
      graph(
        'Errors',
        all.map((one) => one.metricErrors()),
      ),
    );
    dashboard.addWidgets(
      graph(
        'Duration, p95',
        all.map((one) => one.metricDuration({ statistic: 'p95' })),
      ),
      graph(
        'Throttles',
        all.map((one) => one.metricThrottles()),
      ),
    );
  }

  #all(): FreeportFunction[] {
    const { ingest, polls, analyze, publish } = this.#functions;
    return [...ingest, ...polls, analyze, publish];
  }
}

const ownMetric = (metricName: string, functionName: string): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { Function: functionName },
    statistic: 'Sum',
    period: FIVE_MINUTES,
  });

/** The sum of a metric over several functions. */
function sumOf(name: 'Errors' | 'Throttles', functions: readonly FreeportFunction[]): MathExpression {
  const metricOf = (one: FreeportFunction): IMetric =>
    name === 'Errors'
      ? one.metricErrors({ period: FIVE_MINUTES, statistic: 'Sum' })
      : one.metricThrottles({ period: FIVE_MINUTES, statistic: 'Sum' });
  return new MathExpression({
    expression: functions.map((_, index) => `FILL(m${index}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(functions.map((one, index) => [`m${index}`, metricOf(one)])),
    period: FIVE_MINUTES,
    label: name,
  });
}
