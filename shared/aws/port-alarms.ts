import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type CloudWatchClient,
} from '@aws-sdk/client-cloudwatch';

/** One alarm per NAT gateway, kept in step with the inventory: the first failed allocation starts an analysis within a minute or two. */
export type NatAlarms = {
  /** Creates what is missing and deletes what is left over; how many of each. */
  keep(natGatewayIds: readonly string[]): Promise<{ readonly created: number; readonly deleted: number }>;
  removeAll(): Promise<void>;
};

export type NatAlarmsOptions = {
  readonly cloudwatch: CloudWatchClient;
  /** Every alarm whose name begins so is Freeport's own. */
  readonly namePrefix: string;
};

const PAGES_LIMIT = 100;
const DELETE_LIMIT = 100;
const PERIOD_SECONDS = 60;

export function createNatAlarms({ cloudwatch, namePrefix }: NatAlarmsOptions): NatAlarms {
  const present = async (): Promise<string[]> => {
    const names: string[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < PAGES_LIMIT; page += 1) {
      const input = { AlarmNamePrefix: namePrefix, AlarmTypes: ['MetricAlarm' as const], NextToken };
      const answer = await cloudwatch.send(new DescribeAlarmsCommand(input));
      names.push(...(answer.MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []));
      NextToken = answer.NextToken;
      if (NextToken === undefined) return names;
    }
    throw new Error(`DescribeAlarms did not end after ${PAGES_LIMIT} pages`);
  };

  const remove = async (names: readonly string[]): Promise<void> => {
    for (let at = 0; at < names.length; at += DELETE_LIMIT)
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: names.slice(at, at + DELETE_LIMIT) }));
  };

  return {
    async keep(ids) {
      const names = new Set(await present());
      const missing = ids.filter((id) => !names.has(namePrefix + id));
      const wanted = new Set(ids.map((id) => namePrefix + id));
      const leftOver = [...names].filter((name) => !wanted.has(name));
      for (const id of missing) await cloudwatch.send(new PutMetricAlarmCommand(alarmOf(namePrefix, id)));
      await remove(leftOver);
      return { created: missing.length, deleted: leftOver.length };
    },
    removeAll: async () => remove(await present()),
  };
}

/** It has no actions of its own: EventBridge hears of every change of state. */
const alarmOf = (namePrefix: string, natGatewayId: string) => ({
  AlarmName: namePrefix + natGatewayId,
  AlarmDescription: `NAT gateway ${natGatewayId} failed to allocate a port. Freeport reads its metrics and evaluates at once.`,
  Namespace: 'AWS/NATGateway',
  MetricName: 'ErrorPortAllocation',
  Dimensions: [{ Name: 'NatGatewayId', Value: natGatewayId }],
  Statistic: 'Sum' as const,
  Period: PERIOD_SECONDS,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold' as const,
  TreatMissingData: 'notBreaching',
});
