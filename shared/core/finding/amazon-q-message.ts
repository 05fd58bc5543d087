import { formatDestination } from '../model/destination.ts';
import { chatText } from './chat-text.ts';
import { worstFirst } from './digest-text.ts';
import type { Notification } from './notification.ts';
import type { Finding } from './schema.ts';

/** Amazon Q Developer in chat applications drops any other text: its custom notification schema, version 1.0. */
export type AmazonQMessage = {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>>;
  };
};

const NEXT_STEPS_LIMIT = 5;
const DIGEST_LINES_LIMIT = 20;

/** One thread per finding: `threadId` is its id. */
export function amazonQMessage({ notificationId, transition, finding }: Notification): AmazonQMessage {
  return {
    version: '1.0',
    source: 'custom',
    id: notificationId,
    content: {
      textType: 'client-markdown',
      title: `${transition.toUpperCase()} · ${finding.severity}: ${chatText(finding.title, 200)}`,
      description: descriptionOf(finding),
      nextSteps: finding.recommendations
        .slice(0, NEXT_STEPS_LIMIT)
        .map(({ action, detail }) => `${chatText(action, 200)}: ${chatText(detail, 400)}`),
      keywords: [finding.kind, finding.layer, finding.severity, finding.cause],
    },
    metadata: {
      threadId: finding.id,
      summary: chatText(finding.title, 200),
      eventType: transition,
      relatedResources: finding.resource ? [chatText(finding.resource.id, 200)] : [],
      additionalContext: { findingId: finding.id, confidence: String(finding.confidence), status: finding.status },
    },
  };
}

/** A storm in one message, in a thread of its own. */
export function amazonQDigest(notifications: readonly Notification[]): AmazonQMessage {
  const worst = worstFirst(notifications);
  const [first] = worst;
  const id = `digest:${first?.notificationId ?? 'none'}:${notifications.length}`;
  const lines = worst
    .slice(0, DIGEST_LINES_LIMIT)
    .map(({ transition, finding }) => `• ${transition}, ${finding.severity}: ${chatText(finding.title, 160)}`);
  const title = `${notifications.length} notifications at once`;
  return {
    version: '1.0',
    source: 'custom',
    id,
    content: { textType: 'client-markdown', title, description: lines.join('\n'), nextSteps: [], keywords: ['digest'] },
    metadata: { threadId: id, summary: title, eventType: 'digest', relatedResources: [], additionalContext: {} },
  };
}

function descriptionOf(finding: Finding): string {
  const destination = finding.destination ? formatDestination(finding.destination) : 'not known yet';
  const [source] = finding.sources;
  const from = source ? (source.owner ?? source.address ?? source.logSource ?? 'not known') : 'not known';
  return [
    `*Destination* ${chatText(destination)}`,
    `*Source* ${chatText(from)}${finding.sources.length > 1 ? ` and ${finding.sources.length - 1} more` : ''}`,
    `*Cause* ${finding.cause}: ${chatText(finding.causeReason)}`,
    `*Since* ${finding.firstSeenAt}${finding.firstFailureAt ? `, failing since ${finding.firstFailureAt}` : ''}`,
    ...(finding.resolvedAt ? [`*Over* ${finding.resolvedAt}`] : []),
  ].join('\n');
}
