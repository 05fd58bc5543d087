import { formatDestination } from '../model/destination.ts';
import { chatText } from './chat-text.ts';
import { worstFirst } from './digest-text.ts';
import type { Notification, Transition } from './notification.ts';
import { plainLine } from './plain-text.ts';
import type { Finding } from './schema.ts';

/** The parts of Slack's Block Kit that Freeport uses. `verbatim` keeps Slack from making links of what logs say. */
type Markup = { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };
type Block =
  | {
      readonly type: 'header';
      readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
    }
  | { readonly type: 'section'; readonly text: Markup }
  | { readonly type: 'section'; readonly fields: readonly Markup[] }
  | { readonly type: 'context'; readonly elements: readonly Markup[] };

/** `text` is what notifications on a phone show. */
export type SlackMessage = { readonly text: string; readonly blocks: readonly Block[] };

const HEADER_LIMIT = 150;
const RECOMMENDATIONS_LIMIT = 3;
const DIGEST_LINES_LIMIT = 20;
const SECTION_LIMIT = 2_900;

const HEADLINES: Readonly<Record<Transition, string>> = {
  opened: 'New finding',
  escalated: 'Worse',
  reopened: 'Back',
  resolved: 'Over',
  withdrawn: 'Withdrawn',
};

export function slackMessage({ transition, finding }: Notification): SlackMessage {
  const headline = `${HEADLINES[transition]} · ${finding.severity}`;
  return {
    text: `${headline}: ${chatText(finding.title, 200)}`,
    blocks: [
      header(`${headline}: ${finding.title}`),
      { type: 'section', fields: factsOf(finding).map(([label, value]) => markup(`*${label}*\n${chatText(value)}`)) },
      ...recommendationBlocks(finding),
      {
        type: 'context',
        elements: [markup(`Finding ${chatText(finding.id)} · confidence ${percent(finding.confidence)}`)],
      },
    ],
  };
}

/** A storm in one message; the findings' later messages go into its thread. */
export function slackDigest(notifications: readonly Notification[]): SlackMessage {
  const title = `${notifications.length} notifications at once`;
  const lines = worstFirst(notifications)
    .slice(0, DIGEST_LINES_LIMIT)
    .map(({ transition, finding }) => `• ${transition}, ${finding.severity}: ${chatText(finding.title, 120)}`);
  return {
    text: title,
    blocks: [header(title), { type: 'section', text: markup(lines.join('\n').slice(0, SECTION_LIMIT)) }],
  };
}

function factsOf(finding: Finding): [string, string][] {
  const [source] = finding.sources;
  const from = source?.owner ?? source?.address ?? source?.logSource ?? 'not known';
  const more = finding.sources.length > 1 ? ` and ${finding.sources.length - 1} more` : '';
  const facts: [string, string | null][] = [
    ['Destination', finding.destination ? formatDestination(finding.destination) : 'not known yet'],
    ['Source', `${from}${more}`],
    ['Resource', finding.resource?.id ?? null],
    ['Cause', `${finding.cause}: ${finding.causeReason}`],
    ['First seen', finding.firstSeenAt],
    ['First failure', finding.firstFailureAt],
    ['Over', finding.resolvedAt],
  ];
  return facts.flatMap(([label, value]) => (value === null ? [] : [[label, value]]));
}

function recommendationBlocks({ recommendations }: Finding): Block[] {
  if (recommendations.length === 0) return [];
  const lines = recommendations
    .slice(0, RECOMMENDATIONS_LIMIT)
    .map(({ action, detail }, index) => `${index + 1}. *${chatText(action, 150)}* ${chatText(detail, 600)}`);
  return [{ type: 'section', text: markup(lines.join('\n').slice(0, SECTION_LIMIT)) }];
}

const header = (text: string): Block => ({
  type: 'header',
  text: { type: 'plain_text', text: plainLine(text, HEADER_LIMIT), emoji: false },
});

const markup = (text: string): Markup => ({ type: 'mrkdwn', text, verbatim: true });

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;
