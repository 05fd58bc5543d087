import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { FreeportSettings } from '../settings.ts';
import { subscribeEmail } from './subscribe-email.ts';

/** Sections of docs/runbook/operations.md: an alarm can only link to one that exists, and a test holds both to each other. */
export const RUNBOOK_SECTIONS = [
  'dead-letters',
  'flow-logs-late',
  'ingest-fails',
  'log-deliveries-fail',
  'records-rejected',
  'inputs-not-polled',
  'analysis-fails',
  'signal-lost',
  'notifications-stuck',
  'api-fails',
  'functions-throttled',
  'cost-too-high',
] as const;
export type RunbookSection = (typeof RUNBOOK_SECTIONS)[number];

/** Without an impact and a place to read what to do, an alarm is noise: the type asks for both. */
export type AlarmSpec = {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  /** How many of the periods must be over the threshold; all of them when absent. */
  readonly datapointsToAlarm?: number;
  readonly impact: string;
  readonly runbook: RunbookSection;
};

export type AlarmsProps = { readonly settings: FreeportSettings };

/** Trouble with Freeport itself, told to its operators; trouble that Freeport finds goes elsewhere. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly #runbookUrl: string;

  constructor(scope: Construct, id: string, { settings }: AlarmsProps) {
    super(scope, id);
    const { alarmEmails, runbookUrl } = settings.operations;
    this.#runbookUrl = runbookUrl;
    this.topic = new Topic(this, 'Topic', { displayName: 'Freeport alarms', enforceSSL: true });
    for (const email of alarmEmails) subscribeEmail(this.topic, email);
  }

  /** The alarm is named by its section of the runbook; there is one per section. */
  add(spec: AlarmSpec): void {
    const alarm = new Alarm(this, spec.runbook, {
      metric: spec.metric,
      threshold: spec.threshold,
      evaluationPeriods: spec.evaluationPeriods,
      ...(spec.datapointsToAlarm === undefined ? {} : { datapointsToAlarm: spec.datapointsToAlarm }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${spec.impact}\n\nRunbook: ${this.#runbookUrl}#${spec.runbook}`,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }
}

export const FIVE_MINUTES = { period: Duration.minutes(5), statistic: 'Sum' };
