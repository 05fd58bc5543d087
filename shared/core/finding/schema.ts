import * as z from 'zod/mini';

/** The JSON contract of `freeport analyze --format json` and of the query API; published in docs/analysis.schema.json. */

const instant = z.iso.datetime({ precision: undefined });
const ratio = z.number().check(z.gte(0), z.lte(1));
const count = z.int().check(z.nonnegative());
const interval = <T extends z.core.$ZodType>(bound: T) => z.object({ low: bound, high: bound });

export const destinationSchema = z.object({
  address: z.string(),
  port: z.int().check(z.gte(0), z.lte(65_535)),
  /** IANA protocol number. */
  protocol: z.int().check(z.gte(0), z.lte(255)),
});

export const rankedDestinationSchema = z.extend(destinationSchema, {
  /** Host names that log events used for this destination, ascending. */
  hostNames: z.array(z.string()),
  /** This destination's part (0–1) of the ports, or of the failures where ports cannot be told. */
  share: ratio,
  peakPorts: count,
  opens: count,
  failures: interval(count),
});

export const sourceSchema = z.object({
  address: z.nullable(z.string()),
  interfaceId: z.nullable(z.string()),
  owner: z.nullable(z.string()),
  share: ratio,
  opens: count,
  /** Which rule tied this source to the finding. */
  joinedBy: z.enum([
    'flow',
    'socket-table',
    'local-address',
    'interface',
    'instance',
    'name',
    'setting',
    'destination-and-minute',
    'destination',
    'none',
  ]),
  /** The log group or file, when log events are how the source is known. */
  logSource: z.nullable(z.string()),
});

export const recommendationSchema = z.object({
  action: z.string(),
  detail: z.string(),
  expectedEffect: z.string(),
  preconditions: z.array(z.string()),
  sideEffects: z.array(z.string()),
});

export const evidenceSchema = z.object({
  source: z.enum(['app-log', 'flow-log', 'metric', 'socket-table', 'inventory']),
  /** The detector that said it. */
  detector: z.string(),
  statement: z.string(),
  at: z.nullable(instant),
});

/** One minute of a finding's history: the picture in the report, the timeline in the console. Null where no source says. */
export const timelineMinuteSchema = z.object({
  at: instant,
  portsInUse: z.nullable(interval(count)),
  /** The likeliest within `portsInUse`, ports held after close included; absent where no record says. */
  portsEstimate: z.optional(count),
  utilisation: z.nullable(interval(z.number().check(z.gte(0)))),
  capacityPorts: z.nullable(count),
  opens: z.nullable(count),
  failures: z.nullable(interval(count)),
  /** `ErrorPortAllocation` for the minute. */
  allocationErrors: z.nullable(z.number()),
  logErrors: z.nullable(count),
});

export const LAYERS = ['host', 'nat', 'load-balancer'] as const;
export const FINDING_KINDS = [
  'nat-port-exhaustion',
  'nat-port-pressure',
  'host-port-exhaustion',
  'host-port-pressure',
  'nlb-port-exhaustion',
  'connection-rate-spike',
  'capacity-shrunk',
  'signal-lost',
] as const;
export const STATUSES = ['open', 'acknowledged', 'suppressed', 'resolved', 'withdrawn'] as const;
export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export const CAUSES = ['churn', 'leak', 'hold', 'growth', 'capacity', 'unknown'] as const;

export const findingSchema = z.object({
  id: z.string(),
  kind: z.enum(FINDING_KINDS),
  layer: z.enum(LAYERS),
  resource: z.nullable(z.object({ type: z.string(), id: z.string() })),
  subject: z.object({ type: z.enum(['nat-gateway', 'load-balancer', 'source-address', 'log-source']), id: z.string() }),
  episode: z.int().check(z.positive()),
  status: z.enum(STATUSES),
  suppressedUntil: z.nullable(instant),
  severity: z.enum(SEVERITIES),
  confidence: ratio,
  title: z.string(),
  destination: z.nullable(destinationSchema),
  destinations: z.array(rankedDestinationSchema),
  sources: z.array(sourceSchema),
  cause: z.enum(CAUSES),
  causeReason: z.string(),
  firstSeenAt: instant,
  firstFailureAt: z.nullable(instant),
  lastSeenAt: instant,
  resolvedAt: z.nullable(instant),
  /** When it last came back after an end; absent when it never ended before. */
  reopenedAt: z.optional(instant),
  peakUtilisation: z.nullable(interval(z.number().check(z.gte(0)))),
  capacityPorts: z.nullable(count),
  capacityAssumed: z.boolean(),
  /** Where the capacity comes from, in words. */
  capacityBasis: z.string(),
  etaAt: z.nullable(interval(instant)),
  recommendations: z.array(recommendationSchema),
  evidence: z.array(evidenceSchema),
  missingEvidence: z.array(z.string()),
  timeline: z.array(timelineMinuteSchema),
  /** Redacted log samples, at most three; hostile text, to be escaped wherever it is shown. */
  samples: z.array(z.string()),
});

export const ruledOutSchema = z.object({
  kind: z.string(),
  reason: z.string(),
  subject: z.string(),
  /** Where it is about one destination. */
  destination: z.optional(destinationSchema),
  firstSeenAt: z.nullable(instant),
  lastSeenAt: z.nullable(instant),
});

export const evaluationSchema = z.object({
  detector: z.string(),
  subject: z.string(),
  /** The strongest answer over the window: signal before quiet before insufficient-data. */
  outcome: z.enum(['signal', 'quiet', 'insufficient-data']),
  reason: z.string(),
  minutes: z.object({ signal: count, quiet: count, insufficientData: count }),
});

export const rejectedRecordSchema = z.object({ file: z.string(), line: count, reason: z.string() });

export const inputSchema = z.object({
  source: z.enum(['flow-log', 'app-log', 'metric', 'socket-table', 'inventory', 'unrecognised']),
  files: count,
  read: count,
  rejected: count,
  skipped: count,
  rejectedExamples: z.array(rejectedRecordSchema),
  warnings: z.array(z.string()),
});

/** One episode of the past, and when Freeport would have warned of it. */
export const pastEpisodeSchema = z.object({
  findingId: z.string(),
  kind: z.enum(FINDING_KINDS),
  layer: z.enum(LAYERS),
  subject: findingSchema.shape.subject,
  destination: z.nullable(destinationSchema),
  severity: z.enum(SEVERITIES),
  /** The end of the first minute whose evidence suffices, and of the last that shows it. */
  firstSeenAt: instant,
  lastSeenAt: instant,
  /** When that would have been known, with the usual delays of delivery and nothing later; null when it would not. */
  warnedAt: z.nullable(instant),
  firstFailureAt: z.nullable(instant),
  /** From the warning to the first failure; negative after it, null where nothing failed. */
  leadMinutes: z.nullable(z.number()),
  peakUtilisation: findingSchema.shape.peakUtilisation,
  /** What else than flow records speaks for it. */
  confirmedBy: z.array(z.enum(['app-log', 'metric', 'socket-table'])),
});

export const backTestSchema = z.object({
  /** Ascending by `firstSeenAt`. */
  episodes: z.array(pastEpisodeSchema),
  /** Episodes past the limit, not tried. */
  omitted: count,
  months: z.array(
    z.object({
      month: z.string(),
      episodes: count,
      failed: count,
      /** Before the first failure. */ warnedBefore: count,
    }),
  ),
  /** The delays it was tried with, from the end of a minute. */
  delayMinutes: z.object({ 'flow-log': count, metric: count, 'app-log': count, 'socket-table': count }),
});

export const analysisSchema = z.object({
  findings: z.array(findingSchema),
  ruledOut: z.array(ruledOutSchema),
  evaluations: z.array(evaluationSchema),
  inputs: z.array(inputSchema),
  window: z.nullable(z.object({ from: instant, to: instant })),
  /** For observations of a day and more: when Freeport would have warned. */
  backTest: z.optional(backTestSchema),
});

export type RankedDestination = z.infer<typeof rankedDestinationSchema>;
export type FindingSource = z.infer<typeof sourceSchema>;
export type Recommendation = z.infer<typeof recommendationSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type TimelineMinute = z.infer<typeof timelineMinuteSchema>;
export type FindingKind = (typeof FINDING_KINDS)[number];
export type Layer = (typeof LAYERS)[number];
export type FindingStatus = (typeof STATUSES)[number];
export type Severity = (typeof SEVERITIES)[number];
export type Cause = (typeof CAUSES)[number];
export type Finding = z.infer<typeof findingSchema>;
export type RuledOut = z.infer<typeof ruledOutSchema>;
export type EvaluationSummary = z.infer<typeof evaluationSchema>;
export type AnalysisInput = z.infer<typeof inputSchema>;
export type PastEpisode = z.infer<typeof pastEpisodeSchema>;
export type BackTest = z.infer<typeof backTestSchema>;
export type Analysis = z.infer<typeof analysisSchema>;
