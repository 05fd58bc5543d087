import * as z from 'zod/mini';

/**
 * Whether a chosen log group is listened to. Arrivals say nothing of it, since a healthy group has no candidate lines.
 * `no-room`: others hold its subscription filters, which are theirs to give up. `unsupported`: a class of log group that
 * takes none. `pending`: the filter is not put yet, or could not be; the next run tries again. `leaving`: chosen no more,
 * and the filter not yet taken away.
 */
export const LOG_GROUP_STATES = ['listening', 'no-room', 'unsupported', 'pending', 'leaving'] as const;
export type LogGroupState = (typeof LOG_GROUP_STATES)[number];

export const LOG_GROUPS_SHOWN_LIMIT = 200;

const count = z.int().check(z.nonnegative());

export const logGroupSchema = z.object({
  name: z.string(),
  state: z.enum(LOG_GROUP_STATES),
  /** Log events that CloudWatch Logs could not deliver within the last hour; null when nobody could say. */
  deliveryErrors: z.nullable(count),
});

export const logGroupHealthSchema = z.object({
  /** When the filters were looked at last. */
  at: z.iso.datetime(),
  chosen: count,
  /** The ones that are not well first, at most `LOG_GROUPS_SHOWN_LIMIT`. */
  groups: z.array(logGroupSchema),
});

export type LogGroup = z.infer<typeof logGroupSchema>;
export type LogGroupHealth = z.infer<typeof logGroupHealthSchema>;

/** What keeping log groups subscribed came to: every group, in no order. */
export type LogGroupStates = { readonly at: string; readonly groups: readonly LogGroup[] };

export const isLogGroupWell = ({ state, deliveryErrors }: LogGroup): boolean =>
  state === 'listening' && !deliveryErrors;

export function logGroupHealth({ at, groups }: LogGroupStates): LogGroupHealth {
  const ordered = groups.toSorted(
    (a, b) => Number(isLogGroupWell(a)) - Number(isLogGroupWell(b)) || (a.name < b.name ? -1 : 1),
  );
  return { at, chosen: groups.length, groups: ordered.slice(0, LOG_GROUPS_SHOWN_LIMIT) };
}
