import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type CloudWatchClient,
  type DescribeAlarmsInput,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import {
  errorAlarm,
  isPortAlarm,
  readAlarmEvent,
  resourcesNamed,
  watchAlarm,
  type AlarmedResources,
} from './port-alarm.ts';

/**
 * Alarms kept in step with the inventory. They have CloudWatch look each minute at what would be dear to poll each minute:
 * `errors`, the first failed allocation of a NAT gateway or a network load balancer; and `watch`, so many connections at a NAT
 * gateway that a destination could be near pressure. None has actions of its own: EventBridge hears of every change of state.
 */
export type PortAlarms = {
  /** Creates what is missing or has another threshold, and deletes what is left over; how many of each. */
  keep(resources: AlarmedResources): Promise<{ readonly created: number; readonly deleted: number }>;
  /** What is in alarm now: an alarm that stays so sends no event again. */
  ringing(): Promise<AlarmedResources>;
  removeAll(): Promise<void>;
  /** What EventBridge says went into alarm; null for what is no such event. */
  alarmedBy(event: unknown): AlarmedResources | null;
};

export type PortAlarmsOptions = {
  readonly cloudwatch: CloudWatchClient;
  /** Every alarm whose name begins so is Freeport's own. */
  readonly namePrefix: string;
  /** From how many connections on a gateway is watched: see `watchedConnections`. */
  readonly watchedConnections: number;
};

const PAGES_LIMIT = 100;
const DELETE_LIMIT = 100;

export function createPortAlarms({ cloudwatch, namePrefix, watchedConnections }: PortAlarmsOptions): PortAlarms {
  const present = async (narrower: DescribeAlarmsInput = {}): Promise<MetricAlarm[]> => {
    const alarms: MetricAlarm[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < PAGES_LIMIT; page += 1) {
      const input = { AlarmNamePrefix: namePrefix, AlarmTypes: ['MetricAlarm' as const], ...narrower, NextToken };
      const answer = await cloudwatch.send(new DescribeAlarmsCommand(input));
      const named = answer.MetricAlarms ?? [];
      alarms.push(...named.filter(({ AlarmName = '' }) => isPortAlarm(AlarmName.slice(namePrefix.length))));
      NextToken = answer.NextToken;
      if (NextToken === undefined) return alarms;
    }
    throw new Error(`DescribeAlarms did not end after ${PAGES_LIMIT} pages`);
  };

  const remove = async (alarms: readonly MetricAlarm[]): Promise<void> => {
    const names = alarms.flatMap(({ AlarmName }) => AlarmName ?? []);
    for (let at = 0; at < names.length; at += DELETE_LIMIT)
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: names.slice(at, at + DELETE_LIMIT) }));
  };

  return {
    async keep({ natGateways, loadBalancers }) {
      const wanted = [
        ...natGateways.flatMap((id) => [errorAlarm(namePrefix, id), watchAlarm(namePrefix, id, watchedConnections)]),
        ...loadBalancers.map((id) => errorAlarm(namePrefix, id)),
      ];
      const alarms = await present();
      const thresholds = new Map(alarms.map(({ AlarmName = '', Threshold }) => [AlarmName, Threshold]));
      const missing = wanted.filter(({ AlarmName, Threshold }) => thresholds.get(AlarmName) !== Threshold);
      const names = new Set(wanted.map(({ AlarmName }) => AlarmName));
      const leftOver = alarms.filter(({ AlarmName = '' }) => !names.has(AlarmName));
      for (const alarm of missing) await cloudwatch.send(new PutMetricAlarmCommand(alarm));
      await remove(leftOver);
      return { created: missing.length, deleted: leftOver.length };
    },
    async ringing() {
      const alarms = (await present({ StateValue: 'ALARM' })).filter(({ StateValue }) => StateValue === 'ALARM');
      return resourcesNamed(alarms.map(({ AlarmName = '' }) => AlarmName.slice(namePrefix.length)));
    },
    removeAll: async () => remove(await present()),
    alarmedBy: (event) => readAlarmEvent(event, namePrefix),
  };
}
