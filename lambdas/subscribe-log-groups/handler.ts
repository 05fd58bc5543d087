import type { DeliveryErrors } from '../../shared/aws/subscribe/delivery-errors.ts';
import type { DocumentStore } from '../../shared/aws/store/document-store.ts';
import {
  keepSubscribed,
  unsubscribeAll,
  type KeepSubscribedOptions,
} from '../../shared/aws/subscribe/keep-subscribed.ts';
import type { Log } from '../../shared/aws/log.ts';
import { answerStack, putToStack, readStackEvent } from '../../shared/aws/stack-event.ts';
import type { LogGroupState, LogGroupStates } from '../../shared/core/finding/log-group-health.ts';

export type Services = {
  readonly options: KeepSubscribedOptions;
  readonly deliveryErrors: DeliveryErrors;
  /** The state of each chosen group: what `/health` shows, and what the next run undoes where it is chosen no more. */
  readonly document: DocumentStore<LogGroupStates>;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly putToStack?: typeof putToStack;
};

/** Keeps the chosen log groups subscribed; on removal of the stack it takes its filters, and no other, away again. */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<void> => {
    const stackEvent = readStackEvent(event);
    if (stackEvent !== null) {
      // One group that cannot be subscribed yet must not undo a whole deployment: the schedule tries again.
      const work = () => (stackEvent.RequestType === 'Delete' ? undo(services) : keep(services));
      return answerStack(stackEvent, services.putToStack ?? putToStack, work);
    }
    const errors = await keep(services);
    if (errors.length > 0)
      throw new Error(`${errors.length} log groups could not be looked at; the next run tries again`);
  };
}

async function keep({ options, deliveryErrors, document, log, nowMs }: Services): Promise<readonly unknown[]> {
  const before = await namesOf(document);
  const at = new Date(nowMs()).toISOString();
  const write = (states: ReadonlyMap<string, LogGroupState>, refused: ReadonlyMap<string, number> | null) => {
    const groups = [...states].map(([name, state]) => ({
      name,
      state,
      deliveryErrors: refused && (refused.get(name) ?? 0),
    }));
    return document.put({ at, groups });
  };
  const { states, changed, errors } = await keepSubscribed(options, before, (known) => write(known, null));
  const refused = await deliveryErrors.read(nowMs()).catch((error: unknown) => (errors.push(error), null));
  await write(states, refused);
  for (const error of errors) log.error('a log group could not be looked at', error);
  const full = [...states].flatMap(([logGroup, state]) => (state === 'no-room' ? [logGroup] : []));
  for (const logGroup of full) log.warn('a log group has no filter to spare', { logGroup });
  log.info('log groups', { chosen: states.size, changed, full: full.length, failed: errors.length });
  return errors;
}

async function undo({ options, document, nowMs }: Services): Promise<void> {
  await unsubscribeAll(options, await namesOf(document));
  await document.put({ at: new Date(nowMs()).toISOString(), groups: [] });
}

const namesOf = async (document: Services['document']): Promise<string[]> =>
  ((await document.get())?.groups ?? []).map(({ name }) => name);
