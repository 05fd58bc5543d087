import type { Log } from '../../shared/aws/log.ts';
import { publishOwed, type PublishServices } from '../../shared/publish-owed.ts';

export type Services = PublishServices & { readonly log: Log };

/**
 * Empties the outbox whenever the findings table says that something was put into it, and on a schedule for what a
 * failure left. What cannot be delivered now stays owed; the error makes the invocation count as failed.
 */
export function createHandler(services: Services) {
  return async (): Promise<{ readonly sent: number; readonly left: number }> => {
    const { sent, left, errors } = await publishOwed(services);
    if (sent > 0 || left > 0) services.log.info('published', { sent, left });
    for (const error of errors) services.log.error('a channel failed', error);
    if (errors.length > 0) throw new Error(`${errors.length} deliveries failed; they stay owed`);
    return { sent, left };
  };
}
