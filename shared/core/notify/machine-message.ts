import type { Notification } from './notification.ts';
import type { Finding } from '../finding/schema.ts';

/** What programs receive: the notification with the whole finding, or with as much of it as fits, and what was left out. */
export type MachineMessage = {
  readonly version: '1';
  readonly notificationId: string;
  readonly transition: Notification['transition'];
  readonly finding: Finding;
  /** Fields that were shortened or emptied to fit; the query API has them whole. */
  readonly omitted: readonly string[];
};

const RANKED_LIMIT = 20;

/** What a reader of a message misses least comes first. */
const REDUCTIONS: readonly (readonly [string, (finding: Finding) => Finding])[] = [
  ['timeline', (finding) => ({ ...finding, timeline: [] })],
  ['samples', (finding) => ({ ...finding, samples: [] })],
  ['sources', (finding) => ({ ...finding, sources: finding.sources.slice(0, RANKED_LIMIT) })],
  [
    'destinations',
    (finding) => ({ ...finding, destinations: finding.destinations.slice(0, RANKED_LIMIT).map(fewNames) }),
  ],
  ['evidence', (finding) => ({ ...finding, evidence: finding.evidence.slice(0, RANKED_LIMIT) })],
  ['recommendations', (finding) => ({ ...finding, recommendations: [] })],
  ['missingEvidence', (finding) => ({ ...finding, missingEvidence: [] })],
];

/** Throws when not even the smallest form fits `limitBytes` of UTF-8: such a finding has a title of hundreds of kilobytes. */
export function machineMessage(
  { notificationId, transition, finding }: Notification,
  limitBytes: number,
): MachineMessage {
  let message: MachineMessage = { version: '1', notificationId, transition, finding, omitted: [] };
  for (const [field, reduce] of REDUCTIONS) {
    if (sizeOf(message) <= limitBytes) return message;
    message = { ...message, finding: reduce(message.finding), omitted: [...message.omitted, field] };
  }
  if (sizeOf(message) <= limitBytes) return message;
  throw new Error(`a notification does not fit ${limitBytes} bytes even without its lists`);
}

const sizeOf = (message: MachineMessage): number => new TextEncoder().encode(JSON.stringify(message)).byteLength;

const fewNames = (destination: Finding['destinations'][number]): Finding['destinations'][number] => ({
  ...destination,
  hostNames: destination.hostNames.slice(0, RANKED_LIMIT),
});
