import * as z from 'zod/mini';
import type { Notification } from '../../core/notify/notification.ts';
import { findingSchema } from '../../core/finding/schema.ts';

const machineMessageSchema = z.object({
  version: z.literal('1'),
  notificationId: z.string(),
  transition: z.enum(['opened', 'escalated', 'reopened', 'resolved', 'withdrawn']),
  finding: findingSchema,
});

/** Null for a text that is no machine message of this version. */
export function readMachineMessage(body: string): Notification | null {
  try {
    const parsed = machineMessageSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
