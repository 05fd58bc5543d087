/** Everything the core needs from outside, on one screen. `shared/aws` and `shared/local` implement it; one contract suite tests both. */
import type { Finding, FindingKind, FindingStatus, Layer, Severity } from './core/finding/schema.ts';
import type { EpisodeRecord, HumanAction } from './core/finding/human-action.ts';
import type { Notification } from './core/notify/notification.ts';
import type { Inventory, InventoryFragment } from './core/model/inventory.ts';
import type { MetricMinute } from './core/model/observation.ts';
import type { Part } from './core/model/part.ts';
import type { Minute, TimeWindow } from './core/model/time.ts';

export type Clock = { nowMs(): number };

export type PartStore = {
  /** Idempotent: a part with the same id replaces itself. */
  put(part: Part): Promise<void>;
  /** Every part with an observation in [from, to], both minutes included, ascending by id. */
  load(range: { readonly from: Minute; readonly to: Minute }): Promise<readonly Part[]>;
  /** The earliest and latest minute of any part, or null when there is none. */
  extent(): Promise<{ readonly from: Minute; readonly to: Minute } | null>;
};

export type FindingQuery = {
  readonly status?: FindingStatus;
  readonly severity?: Severity;
  readonly kind?: FindingKind;
  readonly layer?: Layer;
  /** `address`, or `address:port`. */
  readonly destination?: string;
  readonly source?: string;
  /** Exactly the id of what a finding is about: a NAT gateway, a source address, a log source. */
  readonly subject?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly limit: number;
  readonly cursor?: string;
};

export type FindingPage = { readonly findings: readonly Finding[]; readonly nextCursor: string | null };

export type FindingStore = {
  get(id: string): Promise<Finding | null>;
  /** Newest `lastSeenAt` first. Throws `InvalidCursor` for a cursor it did not give. */
  list(query: FindingQuery): Promise<FindingPage>;
  /** Writes findings with their episodes and the notifications they owe, so that a crash in between loses neither. */
  save(findings: readonly Finding[], owed: readonly Notification[]): Promise<void>;
  act(action: HumanAction): Promise<void>;
  actions(): Promise<readonly HumanAction[]>;
  episodes(): Promise<readonly EpisodeRecord[]>;
  /** The outbox: owed and not yet marked as sent. */
  owed(): Promise<readonly Notification[]>;
  markSent(notificationId: string): Promise<void>;
};

export type InventoryStore = { get(): Promise<Inventory>; put(fragment: InventoryFragment): Promise<void> };

/** Where the live configuration and metrics come from. */
export type InventorySource = { describe(): Promise<Inventory> };
export type MetricSource = {
  natGatewayMetrics(ids: readonly string[], window: TimeWindow): Promise<readonly MetricMinute[]>;
};

/** At least once: the caller marks the notification as sent after this resolves. */
export type Publisher = { publish(notification: Notification): Promise<void> };

export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}
