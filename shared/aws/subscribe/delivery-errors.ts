import { GetMetricDataCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';

/** Log events that CloudWatch Logs could not deliver, by log group, within the hour before `nowMs`. */
export type DeliveryErrors = { read(nowMs: number): Promise<ReadonlyMap<string, number>> };

export type DeliveryErrorsOptions = {
  readonly cloudwatch: CloudWatchClient;
  readonly filterNames: readonly string[];
};

const PERIOD_SECONDS = 3_600;
const GROUPS_LIMIT = 500;

/**
 * One query sees every group that a filter of this name is on, future ones included, and costs by the metrics that it
 * finds: a group without errors has none. CloudWatch takes one such query a call.
 */
export function createDeliveryErrors({ cloudwatch, filterNames }: DeliveryErrorsOptions): DeliveryErrors {
  return {
    async read(nowMs) {
      const errors = new Map<string, number>();
      for (const filterName of filterNames) {
        const { MetricDataResults = [] } = await cloudwatch.send(
          new GetMetricDataCommand({
            MetricDataQueries: [{ Id: 'errors', Expression: queryOf(filterName), Period: PERIOD_SECONDS }],
            StartTime: new Date(nowMs - PERIOD_SECONDS * 1_000),
            EndTime: new Date(nowMs),
          }),
        );
        for (const { Label = '', Values = [] } of MetricDataResults) {
          const sum = Values.reduce((total, value) => total + value, errors.get(Label) ?? 0);
          errors.set(Label, Math.round(sum));
        }
      }
      return errors;
    },
  };
}

/** Grouped by one dimension, each result is labelled by its value. */
const queryOf = (filterName: string): string =>
  'SELECT SUM(DeliveryErrors) FROM SCHEMA("AWS/Logs", DestinationType, FilterName, LogGroupName) ' +
  `WHERE FilterName = '${filterName}' GROUP BY LogGroupName ORDER BY SUM() DESC LIMIT ${GROUPS_LIMIT}`;
