import { tellFinding } from '../report/tell-finding.ts';
import { chatSections, chatText, linesWithin } from './chat-text.ts';
import { worstFirst } from './digest-text.ts';
import type { Notification } from './notification.ts';

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

const LIMITS = { destinations: 1, sources: 1, recommendations: 5 } as const;
/** Amazon Q takes 8,000 characters. */
const DESCRIPTION_LIMIT = 7_500;
const DIGEST_LINES_LIMIT = 20;

/** One thread per finding: `threadId` is its id. */
export function amazonQMessage({ notificationId, transition, finding }: Notification): AmazonQMessage {
  const { facts, advice, reference } = tellFinding(finding, LIMITS);
  const [first, then] = advice;
  return {
    version: '1.0',
    source: 'custom',
    id: notificationId,
    content: {
      textType: 'client-markdown',
      title: `${transition.toUpperCase()} · ${finding.severity}: ${chatText(finding.title, 200)}`,
      description: linesWithin([...chatSections(facts), ...chatSections(reference)], DESCRIPTION_LIMIT),
      nextSteps: [
        ...(first === undefined ? [] : [first.lines.map((line) => chatText(line, first.limit)).join(' ')]),
        ...(then?.lines ?? []).map((line) => chatText(line)),
      ],
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
