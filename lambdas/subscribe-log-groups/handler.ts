import type { DocumentStore } from '../../shared/aws/document-store.ts';
import { keepSubscribed, unsubscribeAll, type KeepSubscribedOptions } from '../../shared/aws/keep-subscribed.ts';
import type { Log } from '../../shared/aws/log.ts';
import { answerStack, putToStack, readStackEvent } from '../../shared/aws/stack-event.ts';

/** What a run leaves behind: the state of each chosen group, so that the next can undo what is chosen no more. */
export type LogGroupsDocument = { readonly at: string; readonly groups: Readonly<Record<string, string>> };

export type Services = {
  readonly options: KeepSubscribedOptions;
  readonly document: DocumentStore<LogGroupsDocument>;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly putToStack?: typeof putToStack;
};

/** Keeps the chosen log groups subscribed; on removal of the stack it takes its filters, and no other, away again. */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<void> => {
    const stackEvent = readStackEvent(event);
    if (stackEvent === null) return keep(services);
    const removal = stackEvent.RequestType === 'Delete';
    const work = () => (removal ? undo(services) : keep(services));
    await answerStack(stackEvent, services.putToStack ?? putToStack, work);
  };
}

async function keep({ options, document, log, nowMs }: Services): Promise<void> {
  const before = Object.keys((await document.get())?.groups ?? {});
  const { states, unsubscribed } = await keepSubscribed(options, before);
  await document.put({ at: new Date(nowMs()).toISOString(), groups: Object.fromEntries(states) });
  const full = [...states].filter(([, state]) => state === 'full');
  for (const [logGroup] of full) log.warn('a log group has no filter to spare', { logGroup });
  log.count({ LogGroupsFull: full.length });
  log.info('log groups', { chosen: states.size, full: full.length, unsubscribed: unsubscribed.length });
}

async function undo({ options, document }: Services): Promise<void> {
  await unsubscribeAll(options, Object.keys((await document.get())?.groups ?? {}));
}
