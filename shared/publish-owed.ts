import { channelsFor, CHANNELS, type Channel } from './core/notify/route-notification.ts';
import type { Notification } from './core/notify/notification.ts';
import type { FindingStore } from './ports.ts';

/** Remembers what was delivered where, so that two deliverers at once, and a repeated run, do it once. */
export type DeliveryLedger = {
  /** `mine`: deliver it; `done`: it was delivered; `busy`: somebody is at it, or died at it a moment ago. */
  claim(channel: Channel, notificationId: string): Promise<'mine' | 'done' | 'busy'>;
  complete(channel: Channel, notification: Notification): Promise<void>;
  /** Gives a claim back after a failure, so that the next run need not wait. */
  release(channel: Channel, notificationId: string): Promise<void>;
  /** Channels in which the finding was told of. */
  toldIn(findingId: string): Promise<ReadonlySet<Channel>>;
};

/** Delivers one notification, or several as one message where the channel can. Throws when it did not. */
export type ChannelSender = {
  readonly groups: boolean;
  send(notifications: readonly Notification[]): Promise<void>;
};

export type PublishServices = {
  readonly findings: Pick<FindingStore, 'owed' | 'markSent'>;
  readonly ledger: DeliveryLedger;
  readonly senders: Partial<Readonly<Record<Channel, ChannelSender>>>;
};

export type PublishResult = { readonly sent: number; readonly left: number; readonly errors: readonly unknown[] };

/** More notifications than this at once for people are a storm, and become one message. */
export const STORM_SIZE = 3;

/**
 * Empties the outbox. Killed anywhere and run again, each channel gets each notification once, except where the kill
 * fell between delivery and its record: that one comes again, with the same `notificationId`.
 */
export async function publishOwed({ findings, ledger, senders }: PublishServices): Promise<PublishResult> {
  const owed = await findings.owed();
  const available = new Set(CHANNELS.filter((channel) => senders[channel] !== undefined));
  const routed = await routeAll(owed, available, ledger);
  const left = new Set<Notification>();
  const errors: unknown[] = [];
  for (const channel of CHANNELS) {
    const sender = senders[channel];
    if (sender === undefined) continue;
    const claimed: Notification[] = [];
    for (const notification of owed) {
      if (!routed.get(notification)?.includes(channel)) continue;
      const claim = await ledger.claim(channel, notification.notificationId);
      if (claim === 'mine') claimed.push(notification);
      else if (claim === 'busy') left.add(notification);
    }
    for (const group of groupsOf(claimed, sender.groups)) {
      const error = await deliver(ledger, channel, sender, group);
      if (error === null) continue;
      errors.push(error.cause);
      for (const notification of group) left.add(notification);
    }
  }
  const sent = owed.filter((notification) => !left.has(notification));
  for (const { notificationId } of sent) await findings.markSent(notificationId);
  return { sent: sent.length, left: left.size, errors };
}

const groupsOf = (claimed: readonly Notification[], groups: boolean): (readonly Notification[])[] =>
  groups && claimed.length > STORM_SIZE ? [claimed] : claimed.map((notification) => [notification]);

/** An end may stand in the outbox behind its own beginning: where that one goes counts as told. */
async function routeAll(
  owed: readonly Notification[],
  available: ReadonlySet<Channel>,
  ledger: DeliveryLedger,
): Promise<ReadonlyMap<Notification, readonly Channel[]>> {
  const told = new Map<string, Set<Channel>>();
  const routed = new Map<Notification, readonly Channel[]>();
  for (const notification of owed) {
    const { id } = notification.finding;
    const before = told.get(id) ?? new Set(await ledger.toldIn(id));
    const channels = channelsFor(notification, available, before);
    for (const channel of channels) before.add(channel);
    told.set(id, before);
    routed.set(notification, channels);
  }
  return routed;
}

/**
 * Null when it was delivered and recorded. One channel's failure must not keep the others from their work. A claim goes
 * back only when nothing was sent: after that, better late than twice.
 */
async function deliver(
  ledger: DeliveryLedger,
  channel: Channel,
  sender: ChannelSender,
  group: readonly Notification[],
): Promise<{ readonly cause: unknown } | null> {
  try {
    await sender.send(group);
  } catch (cause) {
    for (const { notificationId } of group) await ledger.release(channel, notificationId);
    return { cause };
  }
  try {
    for (const notification of group) await ledger.complete(channel, notification);
    return null;
  } catch (cause) {
    return { cause };
  }
}
