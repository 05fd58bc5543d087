import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type MetricAlarm,
  type PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { hasManyConnections, watchedConnections } from '../../../shared/aws/metrics/metric-polls.ts';
import { createPortAlarms } from '../../../shared/aws/metrics/port-alarms.ts';
import type { MetricMinute } from '../../../shared/core/model/observation.ts';
import { DEFAULT_SETTINGS } from '../../../shared/core/model/settings.ts';

const NAT = 'nat-0a1b2c3d4e5f60718';
const BALANCER = 'net/edge/0123456789abcdef';
const PREFIX = 'Stack-port-';
const RESOURCES = { natGateways: [NAT], loadBalancers: [BALANCER] };

function setUp(present: readonly MetricAlarm[] = [], fewest = 22_000) {
  const put: PutMetricAlarmInput[] = [];
  const deleted: string[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof PutMetricAlarmCommand) put.push(command.input);
    if (command instanceof DeleteAlarmsCommand) deleted.push(...(command.input.AlarmNames ?? []));
    if (!(command instanceof DescribeAlarmsCommand)) return {};
    const { StateValue } = command.input;
    return { MetricAlarms: present.filter((alarm) => StateValue === undefined || alarm.StateValue === StateValue) };
  };
  const cloudwatch = Object.assign(new CloudWatchClient({ region: 'us-east-1' }), { send });
  return {
    alarms: createPortAlarms({ cloudwatch, namePrefix: PREFIX, watchedConnections: fewest }),
    put,
    deleted,
  };
}

describe('alarms about ports', () => {
  it('are two of a NAT gateway and one of a network load balancer', async () => {
    const { alarms, put } = setUp();
    expect(await alarms.keep(RESOURCES)).toEqual({ created: 3, deleted: 0 });
    expect(put).toMatchObject([
      { AlarmName: `${PREFIX}errors-${NAT}`, MetricName: 'ErrorPortAllocation', Threshold: 0 },
      {
        AlarmName: `${PREFIX}watch-${NAT}`,
        Threshold: 22_000,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Metrics: [
          { Expression: 'active + attempts', ReturnData: true },
          { MetricStat: { Metric: { MetricName: 'ActiveConnectionCount' }, Stat: 'Maximum' }, ReturnData: false },
          { MetricStat: { Metric: { MetricName: 'ConnectionAttemptCount' }, Stat: 'Sum' }, ReturnData: false },
        ],
      },
      {
        AlarmName: `${PREFIX}errors-${BALANCER}`,
        Namespace: 'AWS/NetworkELB',
        MetricName: 'PortAllocationErrorCount',
        Dimensions: [{ Name: 'LoadBalancer', Value: BALANCER }],
      },
    ]);
  });

  it('are made again when their threshold has changed, and go with what they are about', async () => {
    const kept = [
      { AlarmName: `${PREFIX}errors-${NAT}`, Threshold: 0 },
      { AlarmName: `${PREFIX}watch-${NAT}`, Threshold: 22_000 },
      { AlarmName: `${PREFIX}errors-${BALANCER}`, Threshold: 0 },
      { AlarmName: `${PREFIX}errors-nat-gone`, Threshold: 0 },
      { AlarmName: `${PREFIX}port-errors-${NAT}`, Threshold: 0 },
    ];
    const same = setUp(kept);
    expect(await same.alarms.keep(RESOURCES)).toEqual({ created: 0, deleted: 1 });
    expect(same.deleted).toEqual([`${PREFIX}errors-nat-gone`]);
    const other = setUp(kept, 9_000);
    await other.alarms.keep(RESOURCES);
    expect(other.put.map(({ AlarmName }) => AlarmName)).toEqual([`${PREFIX}watch-${NAT}`]);
    await other.alarms.removeAll();
    expect(other.deleted).toHaveLength(5);
  });

  it('say what they are about when they ring', async () => {
    const { alarms } = setUp([
      { AlarmName: `${PREFIX}errors-${NAT}`, StateValue: 'ALARM' },
      { AlarmName: `${PREFIX}watch-${NAT}`, StateValue: 'ALARM' },
      { AlarmName: `${PREFIX}watch-nat-calm`, StateValue: 'OK' },
      { AlarmName: `${PREFIX}errors-${BALANCER}`, StateValue: 'ALARM' },
    ]);
    expect(await alarms.ringing()).toEqual(RESOURCES);
    const event = (alarmName: unknown) => ({ source: 'aws.cloudwatch', detail: { alarmName } });
    expect(alarms.alarmedBy(event(`${PREFIX}watch-${NAT}`))).toEqual({ natGateways: [NAT], loadBalancers: [] });
    for (const foreign of [`Other-port-watch-${NAT}`, `${PREFIX}other-${NAT}`, PREFIX, 7])
      expect(alarms.alarmedBy(event(foreign))).toBeNull();
    expect(alarms.alarmedBy(null)).toBeNull();
  });
});

describe('what is watched', () => {
  const minute = (at: number, metric: MetricMinute['metric'], value: number): MetricMinute => ({
    kind: 'metric',
    minute: at,
    resourceType: 'nat-gateway',
    resourceId: NAT,
    metric,
    value,
    periodMinutes: 1,
  });

  it('has from four tenths of one address’s ports on connections, standing and new', () => {
    const fewest = watchedConnections(DEFAULT_SETTINGS);
    expect(fewest).toBe(22_000);
    const counts = (standing: number, opened: number) => [
      minute(1, 'ActiveConnectionCount', standing),
      minute(1, 'ConnectionAttemptCount', opened),
      minute(1, 'PacketsDropCount', 50_000),
    ];
    expect(hasManyConnections(counts(2_000, 20_000), fewest)).toBe(true);
    expect(hasManyConnections(counts(2_000, 19_999), fewest)).toBe(false);
  });

  it('is what the newest minute says', () => {
    const rows = [minute(1, 'ActiveConnectionCount', 30_000), minute(2, 'ActiveConnectionCount', 10)];
    expect(hasManyConnections(rows, 22_000)).toBe(false);
    expect(hasManyConnections(rows.slice(0, 1), 22_000)).toBe(true);
    expect(hasManyConnections([], 22_000)).toBe(false);
  });

  it('is more when ports are held longer, or warnings come earlier', () => {
    const { hold, thresholds } = DEFAULT_SETTINGS;
    expect(watchedConnections({ ...DEFAULT_SETTINGS, hold: { ...hold, natSeconds: 120 } })).toBe(11_000);
    expect(watchedConnections({ ...DEFAULT_SETTINGS, hold: { ...hold, natSeconds: 30 } })).toBe(22_000);
    expect(watchedConnections({ ...DEFAULT_SETTINGS, thresholds: { ...thresholds, warning: 0.2 } })).toBe(11_000);
  });
});
