import { METRIC_NAMESPACE } from '../deploy/metrics.ts';

/** What our own log may carry: names, counts and reasons. Never an event, a record or a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export type Log = {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** Takes whatever was thrown: only its name and message are written. */
  error(message: string, error: unknown, fields?: LogFields): void;
  /** CloudWatch metrics in the log line itself. Zeros are left out: a metric costs money in every hour it is written. */
  count(counts: Readonly<Record<string, number>>): void;
};

export type LogOptions = { readonly functionName: string; nowMs(): number; write(line: string): void };

const REASON_LIMIT = 500;

/** One JSON object per line, on whatever `write` is: standard output in Lambda, an array in tests. */
export function createLog({ functionName, nowMs, write }: LogOptions): Log {
  const line = (level: string, message: string, fields: LogFields = {}): void =>
    write(JSON.stringify({ level, time: new Date(nowMs()).toISOString(), function: functionName, message, ...fields }));
  return {
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warn', message, fields),
    error: (message, error, fields) => line('error', message, { ...fields, ...errorFields(error) }),
    count(counts) {
      const present = Object.entries(counts).filter(([, value]) => value !== 0);
      if (present.length === 0) return;
      const metrics = present.map(([name]) => ({ Name: name, Unit: 'Count' }));
      write(
        JSON.stringify({
          _aws: {
            Timestamp: nowMs(),
            CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [['Function']], Metrics: metrics }],
          },
          Function: functionName,
          ...Object.fromEntries(present),
        }),
      );
    },
  };
}

function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error, reason: 'something that is no error was thrown' };
  return { errorName: error.name, reason: error.message.slice(0, REASON_LIMIT) };
}

/** The log of a Lambda function: standard output, one line each. */
export const lambdaLog = (functionName: string): Log =>
  createLog({ functionName, nowMs: () => Date.now(), write: (line) => process.stdout.write(`${line}\n`) });
