import type { Finding } from '../finding/schema.ts';

export type Transition = 'opened' | 'escalated' | 'reopened' | 'resolved' | 'withdrawn';

/** One line of the outbox. Delivered at least once; `notificationId` (finding id + transition + when) tells repeats apart. */
export type Notification = {
  readonly notificationId: string;
  readonly transition: Transition;
  readonly finding: Finding;
};
