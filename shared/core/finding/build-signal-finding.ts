import type { FeedSource, Silence } from '../detect/silence.ts';
import { isoOf, type Minute, minuteEndMs } from '../model/time.ts';
import type { Evidence, Finding, Recommendation } from './schema.ts';

export type SignalCase = {
  readonly id: string;
  readonly subject: { readonly type: 'nat-gateway' | 'source-address'; readonly id: string };
  readonly episode: number;
  /** When the episode's first silence was too long. */
  readonly firstMinute: Minute;
  readonly last: { readonly startMinute: Minute; readonly resolvedMinute: Minute | null };
  /** The last silence, source by source. */
  readonly silences: readonly Silence[];
  /** Ids of findings that cannot end without it. */
  readonly dependents: readonly string[];
};

export const signalDetector = (source: FeedSource): string => `${source}-lost`;

/** The finding about a source that fell silent. It says nothing about ports: that is what it says. */
export function buildSignalFinding(given: SignalCase): Finding {
  const { id, subject, episode, last, silences, dependents } = given;
  const who = subject.type === 'nat-gateway' ? `NAT gateway ${subject.id}` : `Host ${subject.id}`;
  const what = [...new Set(silences.map(({ source }) => NAMES[source]))].join(' and ');
  const isOpen = last.resolvedMinute === null;
  const since = isoOf(minuteEndMs(Math.min(...silences.map(({ lastMinute }) => lastMinute))));
  return {
    id,
    kind: 'signal-lost',
    layer: subject.type === 'nat-gateway' ? 'nat' : 'host',
    resource: { ...subject },
    subject,
    episode,
    status: isOpen ? 'open' : 'resolved',
    suppressedUntil: null,
    severity: isOpen && dependents.length > 0 ? 'medium' : 'low',
    confidence: 0.99,
    title: `${who}: no ${what} since ${since}${isOpen ? ', so nothing can say that all is well' : ', for a while'}`,
    destination: null,
    destinations: [],
    sources: [],
    cause: 'unknown',
    causeReason: 'a source that used to send fell silent',
    firstSeenAt: isoOf(minuteEndMs(given.firstMinute)),
    firstFailureAt: null,
    lastSeenAt: isoOf(minuteEndMs(last.startMinute)),
    resolvedAt: last.resolvedMinute === null ? null : isoOf(minuteEndMs(last.resolvedMinute)),
    peakUtilisation: null,
    capacityPorts: null,
    capacityAssumed: false,
    capacityBasis: '',
    etaAt: null,
    recommendations: [...new Set(silences.map(({ source }) => source))].map((source) => restore(source, subject.id)),
    evidence: silences.map(evidenceOf),
    missingEvidence: dependents.map((each) => `what finding ${each} needs to end`),
    timeline: [],
    samples: [],
  };
}

const NAMES: Readonly<Record<FeedSource, string>> = {
  'flow-log': 'flow logs',
  metric: 'metrics',
  'socket-table': 'socket tables',
};

const evidenceOf = ({ source, lastMinute, startMinute }: Silence): Evidence => ({
  source,
  detector: signalDetector(source),
  statement: `no ${NAMES[source]} since ${isoOf(minuteEndMs(lastMinute))}, longer than they take to arrive`,
  at: isoOf(minuteEndMs(startMinute)),
});

function restore(source: FeedSource, id: string): Recommendation {
  return {
    action: `restore-${source}`,
    detail: HOW[source](id),
    expectedEffect: 'Findings about it can open and end again; this one ends by itself.',
    preconditions: [],
    sideEffects: [],
  };
}

const HOW: Readonly<Record<FeedSource, (id: string) => string>> = {
  'flow-log': (id) =>
    `Look whether the flow log of ${id} is still there and delivers (aws ec2 describe-flow-logs: DeliverLogsStatus and DeliverLogsErrorMessage), then at the bucket’s policy and key, and at the dead letters of ingest-flow-logs.`,
  metric: (id) =>
    `Look whether CloudWatch has datapoints of ${id} (aws cloudwatch get-metric-statistics, namespace AWS/NATGateway), then at the log of poll-metrics or at the metric stream.`,
  'socket-table': (id) =>
    `Look on ${id} whether freeport host --watch still runs and its lines reach the log group (the log agent, its credentials, the subscription).`,
};
