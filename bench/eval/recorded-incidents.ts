import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { analyze } from '../../shared/core/analyze.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { extentOfParts } from '../../shared/core/model/extent.ts';
import { mergeInventory } from '../../shared/core/model/inventory.ts';
import { settingsSchema } from '../../shared/core/model/settings.ts';
import { MINUTE_MS } from '../../shared/core/model/time.ts';
import { readInputs } from '../../shared/local/files/read-inputs.ts';

/** One recorded incident in one flow-log format, judged once with everything read. */
export type RecordedOutcome = {
  readonly name: string;
  readonly format: string;
  readonly kind: string | null;
  readonly found: boolean;
  readonly destinationRight: boolean;
  readonly sourceRight: boolean;
  readonly causeRight: boolean;
  readonly saidCause: string | null;
  /** Minutes from the first failure to the finding's own first sign; negative when it came before. */
  readonly firstSeenAfterFailureMinutes: number | null;
  readonly others: readonly string[];
};

type Recording = {
  readonly folder: string;
  readonly files: (format: string) => readonly string[];
  readonly kind: Finding['kind'];
  readonly destination: string;
  readonly sources: readonly string[];
  readonly cause: Finding['cause'];
  /** From the recording's `truth/`: the first failure on the clock of the signal that tells of it. */
  readonly firstFailureAt: string;
};

const FIXTURES = new URL('../../test/fixtures/incidents/', import.meta.url).pathname;

const RECORDINGS: readonly Recording[] = [
  {
    folder: 'host-churn',
    files: (format) => ['app.log.gz', `flow-logs.${format}.log.gz`],
    kind: 'host-port-exhaustion',
    destination: '10.92.0.1:443',
    sources: ['10.92.0.2'],
    cause: 'churn',
    firstFailureAt: '2026-11-20T14:36:56.981Z',
  },
  {
    folder: 'nat-exhaustion',
    files: (format) => [
      'app-c1.log.gz',
      'app-c2.log.gz',
      'app-c3.log.gz',
      `flow-logs.${format}.log.gz`,
      'nat-metrics.get-metric-data.json',
      'describe-nat-gateways.json',
    ],
    kind: 'nat-port-exhaustion',
    destination: '203.0.113.10:443',
    sources: ['10.77.1.11', '10.77.1.12', '10.77.1.13'],
    cause: 'hold',
    firstFailureAt: '2026-01-01T10:03:53.889Z',
  },
];

export async function judgeRecordings(): Promise<RecordedOutcome[]> {
  const outcomes: RecordedOutcome[] = [];
  for (const recording of RECORDINGS)
    for (const format of ['v2', 'v5']) outcomes.push(await judgeRecording(recording, format));
  return outcomes;
}

async function judgeRecording(recording: Recording, format: string): Promise<RecordedOutcome> {
  const folder = join(FIXTURES, recording.folder);
  const settings = settingsSchema.parse(JSON.parse(await readFile(join(folder, 'freeport.json'), 'utf8')));
  const paths = recording.files(format).map((file) => join(folder, file));
  const { parts, inventory } = await readInputs(paths, { natGateway: settings.natGateway });
  const lastMinute = extentOfParts(parts)?.to ?? 0;
  const { findings } = analyze({
    parts,
    inventory: mergeInventory(...inventory),
    actions: [],
    episodes: [],
    settings,
    nowMs: (lastMinute + 1 + settings.latenessMinutes) * MINUTE_MS,
  });
  const finding = findings.find(({ kind }) => kind === recording.kind);
  const destination = finding?.destination ? `${finding.destination.address}:${finding.destination.port}` : null;
  return {
    name: recording.folder,
    format,
    kind: finding?.kind ?? null,
    found: finding !== undefined,
    destinationRight: destination === recording.destination,
    sourceRight: recording.sources.includes(finding?.sources[0]?.address ?? ''),
    causeRight: finding?.cause === recording.cause,
    saidCause: finding?.cause ?? null,
    firstSeenAfterFailureMinutes: finding
      ? (Date.parse(finding.firstSeenAt) - Date.parse(recording.firstFailureAt)) / MINUTE_MS
      : null,
    others: findings.filter((each) => each !== finding).map(({ kind, subject }) => `${kind} at ${subject.id}`),
  };
}
