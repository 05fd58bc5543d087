import { METRIC_LEISURE_INTERVAL_MINUTES, METRIC_POLL_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import { MEMORY_MB, PRICES, invocationDollars } from './prices.ts';
import type { AnalysisFigures } from './analysis.ts';
import type { FlowFigures } from './ingest.ts';

export type CostLine = { readonly what: string; readonly dollars: number };

const GB = 1024 ** 3;
const HOURS = 730;
/** Assumed, not measured: work that mostly waits for answers takes about this much processor time per run. */
const POLL_CPU_MS = 60;
const IDLE_ANALYSIS_CPU_MS = 120;
const RETENTION_MONTHS = 7 / 30;

/** Freeport's own dollars per GB of flow log text, itemised: what the logs themselves cost is not in it. */
export function dollarsPerGb(flow: FlowFigures, analysis: AnalysisFigures, gbPerDay: number): CostLine[] {
  const objectsPerGb = GB / flow.textBytes;
  const cpuMs = flow.gunzipMs + flow.readMs + flow.storeMs;
  const partGb = flow.partBytes / GB;
  const runsPerGb = (24 * 60) / 5 / gbPerDay;
  return [
    { what: 'queue: three requests an object', dollars: objectsPerGb * 3 * PRICES.sqsRequest },
    { what: 'Lambda: reading', dollars: objectsPerGb * invocationDollars(MEMORY_MB['ingest-flow-logs'], cpuMs) },
    { what: 'S3: reading the object', dollars: objectsPerGb * PRICES.s3Get },
    { what: 'S3: writing parts', dollars: objectsPerGb * flow.parts * PRICES.s3Put },
    { what: 'S3: keeping parts a week', dollars: objectsPerGb * partGb * PRICES.s3GbMonth * RETENTION_MONTHS },
    { what: 'DynamoDB: index', dollars: objectsPerGb * flow.indexWrites * PRICES.dynamodbWriteUnit },
    {
      what: 'Lambda: analysis every 5 min',
      dollars: runsPerGb * invocationDollars(MEMORY_MB.analyze, analysis.warmMs),
    },
    { what: 'S3: analysis reads new parts', dollars: objectsPerGb * flow.parts * PRICES.s3Get },
  ];
}

const every = (minutes: number): number => (HOURS * 60) / minutes;
const NAT_METRICS = 8;
const FEW_METRICS = 4;
/** Metrics of a NAT gateway asked for in a month. */
const polled =
  every(METRIC_POLL_INTERVAL_MINUTES) * FEW_METRICS +
  every(METRIC_LEISURE_INTERVAL_MINUTES) * (NAT_METRICS - FEW_METRICS);

/** Dollars an hour more for a NAT gateway that is watched: four metrics and an analysis each minute. */
export const dollarsWatched = (analysis: AnalysisFigures): number =>
  (60 - 60 / METRIC_POLL_INTERVAL_MINUTES) *
  (FEW_METRICS * PRICES.metricPolled + invocationDollars(MEMORY_MB.analyze, analysis.warmMs));

/** Dollars a month with nothing to read but the metrics of some NAT gateways. */
export function dollarsIdle(natGateways: number): CostLine[] {
  const runs = every(1) + every(1) + every(5) + every(5) + every(15);
  const parts = every(METRIC_POLL_INTERVAL_MINUTES) * natGateways;
  return [
    { what: 'GetMetricData: 4 metrics every 5 min, 4 every 15', dollars: polled * natGateways * PRICES.metricPolled },
    { what: 'alarms: 11 of its own', dollars: 11 * PRICES.alarmMonth },
    { what: 'alarms: of 3 metrics per NAT gateway', dollars: 3 * natGateways * PRICES.alarmMonth },
    { what: 'DescribeAlarms, each minute', dollars: every(1) * PRICES.cloudwatchRequest },
    { what: 'Lambda: polling', dollars: every(1) * invocationDollars(MEMORY_MB['poll-metrics'], POLL_CPU_MS / 4) },
    { what: 'Lambda: analysis', dollars: every(5) * invocationDollars(MEMORY_MB.analyze, IDLE_ANALYSIS_CPU_MS) },
    {
      what: 'Lambda: publishing',
      dollars: every(5) * invocationDollars(MEMORY_MB['publish-findings'], POLL_CPU_MS / 4),
    },
    {
      what: 'Lambda: inventory and log groups',
      dollars:
        every(1) * invocationDollars(MEMORY_MB['sync-inventory'], POLL_CPU_MS / 4) +
        every(15) *
          (invocationDollars(MEMORY_MB['sync-inventory'], POLL_CPU_MS) +
            invocationDollars(MEMORY_MB['subscribe-log-groups'], POLL_CPU_MS)),
    },
    { what: 'S3: parts of metrics, summaries, inventory', dollars: (parts + every(5) + every(15)) * PRICES.s3Put },
    {
      what: 'S3: parts of two hours, and the inventory',
      dollars: (every(5) * (natGateways * 13 + 1) + every(1) * 2) * PRICES.s3Get,
    },
    { what: 'DynamoDB: index writes', dollars: parts * 2 * PRICES.dynamodbWriteUnit },
    { what: 'DynamoDB: queries', dollars: (every(1) * 5 + every(5) * 20) * 0.5 * PRICES.dynamodbReadUnit },
    {
      what: 'EventBridge Scheduler',
      dollars: Math.max(0, runs - PRICES.schedulerFreeInvocations) * PRICES.schedulerInvocation,
    },
  ];
}

export const sum = (lines: readonly CostLine[]): number => lines.reduce((total, { dollars }) => total + dollars, 0);
