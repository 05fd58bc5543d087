/** List prices in us-east-1, US dollars, compiled 2026-11. */
export const PRICES = {
  lambdaGbSecond: 0.000_013_333_4,
  lambdaRequest: 0.2e-6,
  dynamodbWriteUnit: 0.625e-6,
  dynamodbReadUnit: 0.125e-6,
  sqsRequest: 0.4e-6,
  snsPublish: 0.5e-6,
  schedulerInvocation: 1e-6,
  schedulerFreeInvocations: 14_000_000,
  s3Put: 0.005e-3,
  s3Get: 0.0004e-3,
  s3GbMonth: 0.023,
  metricPolled: 0.01e-3,
  /** Of the dearer kind, which errs upwards: AWS names no price for `DescribeAlarms`. */
  cloudwatchRequest: 0.01e-3,
  alarmMonth: 0.1,
} as const;

/** Memory of each function as the stack has it, in MB; a test holds both to each other. */
export const MEMORY_MB = {
  'ingest-flow-logs': 512,
  'ingest-app-logs': 256,
  'poll-metrics': 256,
  'sync-inventory': 512,
  'subscribe-log-groups': 256,
  analyze: 3_008,
  'publish-findings': 256,
} as const;

/** Lambda gives a function a share of a processor by its memory: one at 1,769 MB. */
export const vcpus = (memoryMb: number): number => memoryMb / 1_769;

/** Dollars of an invocation that takes `cpuMs` of one whole processor. More than one of them it cannot use. */
export function invocationDollars(memoryMb: number, cpuMs: number): number {
  const seconds = cpuMs / 1_000 / Math.min(1, vcpus(memoryMb));
  return PRICES.lambdaRequest + seconds * (memoryMb / 1_024) * PRICES.lambdaGbSecond;
}
