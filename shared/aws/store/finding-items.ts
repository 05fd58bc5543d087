import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { EpisodeRecord, HumanAction } from '../../core/finding/human-action.ts';
import { episodeOf } from '../../core/finding/identity.ts';
import type { Notification } from '../../core/notify/notification.ts';
import type { Finding } from '../../core/finding/schema.ts';
import { searchTerms } from '../../core/finding/search-terms.ts';
import { OUTBOX_PARTITION } from '../../deploy/indexes.ts';
import { InvalidCursor } from '../../ports.ts';
import { number, numberOf, packed, text, textOf, texts, unpacked, type Item } from './attributes.ts';

/** How findings, episodes, acts and the outbox lie in one table: partition key `pk`, sort key `sk`. */

export const EPISODES_KEY = 'episodes';
export const ACTIONS_KEY = 'actions';
export const OUTBOX_KEY = OUTBOX_PARTITION;

const DAY_SECONDS = 86_400;
/** Acts count as long as their finding can still change. */
const ACTION_RETENTION_DAYS = 400;
/** How long a notification that was sent is remembered, so that it is never owed again. */
const SENT_RETENTION_DAYS = 90;

/** A place in the order of findings: newest `lastSeenAt` first, equal ones by id. */
export type FindingPosition = { readonly lastSeenMs: number; readonly id: string };

/** Times are inverted and shifted into keys of one width, so that ascending text is descending time. */
const NEWEST_SHIFT = 100_000_000_000_000;
const newestKey = ({ lastSeenMs, id }: FindingPosition): string =>
  `${String(NEWEST_SHIFT - lastSeenMs).padStart(15, '0')}#${id}`;

export function positionOf(newest: string): FindingPosition {
  const at = newest.indexOf('#');
  return { lastSeenMs: NEWEST_SHIFT - Number(newest.slice(0, at)), id: newest.slice(at + 1) };
}

/** The least key past a position. */
export const keyAfter = (position: FindingPosition): string => `${newestKey(position)}\u0000`;

/** Before and after every key. */
export const FIRST_KEY = '0';
export const LAST_KEY = 'a';

/** The last key of findings seen at `lastSeenMs` or later. */
export const lastKeyAt = (lastSeenMs: number): string => `${newestKey({ lastSeenMs, id: '' })}\u{10FFFF}`;

export const findingKey = (id: string): Item => ({ pk: text(`finding#${id}`), sk: text('finding') });

export function findingItem(finding: Finding): Item {
  const lastSeenMs = Date.parse(finding.lastSeenAt);
  const terms = searchTerms(finding);
  return {
    ...findingKey(finding.id),
    status: text(finding.status),
    subject: text(finding.subject.id),
    newest: text(newestKey({ lastSeenMs, id: finding.id })),
    severity: text(finding.severity),
    kind: text(finding.kind),
    layer: text(finding.layer),
    lastSeenMs: number(lastSeenMs),
    firstSeenMs: number(Date.parse(finding.firstSeenAt)),
    destinations: texts(terms.destination),
    sources: texts(terms.source),
    body: packed(finding),
  };
}

export const findingOf = (item: Item): Finding => unpacked<Finding>(item['body']);

export function episodeItem(finding: Finding): Item {
  const { findingId, family, subject, episode, firstSeenMs, lastSeenMs, ...record } = episodeOf(finding);
  const { resolvedMs, reopenedMs, detectors } = record;
  return {
    pk: text(EPISODES_KEY),
    sk: text(findingId),
    family: text(family),
    subject: text(subject),
    episode: number(episode),
    firstSeenMs: number(firstSeenMs),
    lastSeenMs: number(lastSeenMs),
    detectors: texts(detectors),
    ...(resolvedMs === null ? {} : { resolvedMs: number(resolvedMs) }),
    ...(reopenedMs === null ? {} : { reopenedMs: number(reopenedMs) }),
  };
}

export const episodeFrom = (item: Item): EpisodeRecord => ({
  findingId: textOf(item, 'sk'),
  family: textOf(item, 'family'),
  subject: textOf(item, 'subject'),
  episode: numberOf(item, 'episode'),
  firstSeenMs: numberOf(item, 'firstSeenMs'),
  lastSeenMs: numberOf(item, 'lastSeenMs'),
  detectors: (item['detectors']?.L ?? []).map(({ S: detector }) => detector ?? ''),
  resolvedMs: item['resolvedMs'] === undefined ? null : numberOf(item, 'resolvedMs'),
  reopenedMs: item['reopenedMs'] === undefined ? null : numberOf(item, 'reopenedMs'),
});

/** An act is identified by its content: one that is retried is still one. */
export function actionItem(action: HumanAction, nowMs: number): Item {
  const digest = createHash('sha256').update(JSON.stringify(action)).digest('hex').slice(0, 16);
  return {
    pk: text(ACTIONS_KEY),
    sk: text(`${String(action.atMs).padStart(15, '0')}#${digest}`),
    body: packed(action),
    expiresAt: expiry(nowMs, ACTION_RETENTION_DAYS),
  };
}

export const actionOf = (item: Item): HumanAction => unpacked<HumanAction>(item['body']);

export const outboxKey = (notificationId: string): Item => ({ pk: text(OUTBOX_KEY), sk: text(notificationId) });

export const outboxItem = (notification: Notification, nowMs: number): Item => ({
  ...outboxKey(notification.notificationId),
  owedAtMs: number(nowMs),
  body: packed(notification),
});

export const notificationOf = (item: Item): Notification => unpacked<Notification>(item['body']);

/** Remembers that a notification was owed once: it outlives the outbox line. */
export const markerItem = (notificationId: string, nowMs: number): Item => ({
  pk: text(`notification#${notificationId}`),
  sk: text('marker'),
  expiresAt: expiry(nowMs, SENT_RETENTION_DAYS),
});

export const encodeCursor = (position: FindingPosition): string =>
  Buffer.from(`${position.lastSeenMs}:${position.id}`).toString('base64url');

/** Throws `InvalidCursor` for a text that `encodeCursor` did not give. */
export function decodeCursor(cursor: string): FindingPosition {
  const match = /^(-?\d{1,16}):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString());
  const position = match ? { lastSeenMs: Number(match[1]), id: String(match[2]) } : null;
  if (position === null || encodeCursor(position) !== cursor)
    throw new InvalidCursor('this cursor was not given by this store');
  return position;
}

const expiry = (nowMs: number, days: number) => number(Math.floor(nowMs / 1_000) + days * DAY_SECONDS);
