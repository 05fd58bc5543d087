import type { Notification } from './notification.ts';
import type { Finding } from '../finding/schema.ts';

/** Ways out of Freeport. `machine` and `bus` are for programs and get everything; the others are for people. */
export const CHANNELS = ['email', 'chat', 'machine', 'bus'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * Where a notification goes: critical and a first failure everywhere at once, warnings to chat only, an end where the
 * beginning was told. Without a chat, warnings go by e-mail, since nobody would hear of them otherwise.
 */
export function channelsFor(
  { transition, finding }: Notification,
  available: ReadonlySet<Channel>,
  toldIn: ReadonlySet<Channel>,
): Channel[] {
  const people: Channel[] = ending(transition)
    ? ['email', 'chat'].filter((channel): channel is Channel => toldIn.has(channel as Channel))
    : isUrgent(finding) || !available.has('chat')
      ? ['email', 'chat']
      : ['chat'];
  const wanted = new Set<Channel>([...people, 'machine', 'bus']);
  return CHANNELS.filter((channel) => wanted.has(channel) && available.has(channel));
}

const ending = (transition: Notification['transition']): boolean =>
  transition === 'resolved' || transition === 'withdrawn';

const isUrgent = (finding: Finding): boolean => finding.severity === 'critical' || finding.firstFailureAt !== null;
