import { tellFinding } from '../report/tell-finding.ts';
import { chatSections, chatText, linesWithin } from './chat-text.ts';
import { worstFirst } from './digest-text.ts';
import type { Notification, Transition } from './notification.ts';
import { plainLine } from '../finding/plain-text.ts';

/** The parts of Slack's Block Kit that Freeport uses. `verbatim` keeps Slack from making links of what logs say. */
type Markup = { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };
type Block =
  | {
      readonly type: 'header';
      readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
    }
  | { readonly type: 'section'; readonly text: Markup }
  | { readonly type: 'context'; readonly elements: readonly Markup[] };

/** `text` is what notifications on a phone show. */
export type SlackMessage = { readonly text: string; readonly blocks: readonly Block[] };

const HEADER_LIMIT = 150;
const LIMITS = { destinations: 1, sources: 1, recommendations: 3 } as const;
const DIGEST_LINES_LIMIT = 20;
/** Slack takes 3,000 characters. */
const SECTION_LIMIT = 2_900;

const HEADLINES: Readonly<Record<Transition, string>> = {
  opened: 'New finding',
  escalated: 'Worse',
  reopened: 'Back',
  resolved: 'Over',
  withdrawn: 'Withdrawn',
};

/** The agreed order, a block for each part of it; why Freeport says so is in the page and in the e-mail. */
export function slackMessage({ transition, finding }: Notification): SlackMessage {
  const headline = `${HEADLINES[transition]} · ${finding.severity}`;
  const { facts, advice, reference } = tellFinding(finding, LIMITS);
  return {
    text: `${headline}: ${chatText(finding.title, 200)}`,
    blocks: [
      header(`${headline}: ${finding.title}`),
      { type: 'section', text: markup(linesWithin(chatSections(facts), SECTION_LIMIT)) },
      ...(advice.length === 0
        ? []
        : [{ type: 'section', text: markup(linesWithin(chatSections(advice), SECTION_LIMIT)) } as const]),
      { type: 'context', elements: [markup(linesWithin(chatSections(reference, slackLink), SECTION_LIMIT))] },
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
    blocks: [header(title), { type: 'section', text: markup(linesWithin(lines, SECTION_LIMIT)) }],
  };
}

const header = (text: string): Block => ({
  type: 'header',
  text: { type: 'plain_text', text: plainLine(text, HEADER_LIMIT), emoji: false },
});

/** `verbatim` makes no link of anything; this is the one that is meant. */
const slackLink = (address: string): string => `<${address}>`;

const markup = (text: string): Markup => ({ type: 'mrkdwn', text, verbatim: true });
