import { FILTERS_PER_GROUP, type LogGroupChoice } from '../deploy/log-groups.ts';
import { mapConcurrently } from './concurrency.ts';
import type { LogGroup, LogSubscriptions, SubscriptionFilter } from './log-subscriptions.ts';

/** What is so of a chosen group: `full` means that others hold every filter it may have, which are theirs to give up. */
export type GroupState = 'kept' | 'subscribed' | 'full';

export type Subscribed = { readonly states: ReadonlyMap<string, GroupState>; readonly unsubscribed: readonly string[] };

export type KeepSubscribedOptions = {
  readonly subscriptions: LogSubscriptions;
  readonly choice: LogGroupChoice;
  /** Freeport's own groups begin so: subscribed, its log would feed itself. */
  readonly ownPrefixes: readonly string[];
  readonly filterName: string;
  readonly destinationArn: string;
  readonly patternOf: (withTimeouts: boolean) => string;
};

/** CloudWatch Logs allows about ten such calls a second. */
const CALLS_AT_ONCE = 4;

/** Subscribes the chosen groups, new ones included, and unsubscribes those of `before` that are chosen no more. */
export async function keepSubscribed(options: KeepSubscribedOptions, before: readonly string[]): Promise<Subscribed> {
  const chosen = await chosenGroups(options);
  const states = new Map(
    await mapConcurrently(chosen, CALLS_AT_ONCE, async ({ name }) => [name, await subscribe(options, name)] as const),
  );
  const unsubscribed = before.filter((name) => !states.has(name));
  await mapConcurrently(unsubscribed, CALLS_AT_ONCE, (name) => options.subscriptions.remove(name, options.filterName));
  return { states, unsubscribed };
}

/** Removal of the whole: every group that was ever kept. */
export async function unsubscribeAll(options: KeepSubscribedOptions, before: readonly string[]): Promise<void> {
  const names = new Set([...before, ...(await chosenGroups(options)).map(({ name }) => name)]);
  await mapConcurrently([...names], CALLS_AT_ONCE, async (name) => {
    const filters = await options.subscriptions.filters(name);
    if (filters.some((filter) => isOurs(options, filter))) await options.subscriptions.remove(name, options.filterName);
  });
}

async function chosenGroups({ subscriptions, choice, ownPrefixes }: KeepSubscribedOptions): Promise<LogGroup[]> {
  const found = new Map<string, LogGroup>();
  for (const prefix of choice.prefixes)
    for (const group of await subscriptions.groups(prefix)) found.set(group.name, group);
  const { tag } = choice;
  if (tag !== null) {
    const all = await subscriptions.groups(null);
    const tagged = await mapConcurrently(all, CALLS_AT_ONCE, (group) =>
      subscriptions.hasTag(group, tag.key, tag.value),
    );
    for (const [index, group] of all.entries()) if (tagged[index]) found.set(group.name, group);
  }
  const left = [...ownPrefixes, ...choice.exclude];
  return [...found.values()].filter(({ name }) => !left.some((prefix) => name.startsWith(prefix)));
}

async function subscribe(options: KeepSubscribedOptions, groupName: string): Promise<GroupState> {
  const { subscriptions, choice, filterName, destinationArn, patternOf } = options;
  const pattern = patternOf(choice.withTimeouts.some((prefix) => groupName.startsWith(prefix)));
  const filters = await subscriptions.filters(groupName);
  const own = filters.find((filter) => filter.name === filterName);
  if (own?.pattern === pattern && own.destinationArn === destinationArn) return 'kept';
  // A filter of this name that leads elsewhere is somebody else's, and never replaced.
  if (own !== undefined && !isOurs(options, own)) return 'full';
  if (own === undefined && filters.length >= FILTERS_PER_GROUP) return 'full';
  await subscriptions.put(groupName, { name: filterName, pattern, destinationArn });
  return 'subscribed';
}

const isOurs = ({ filterName, destinationArn }: KeepSubscribedOptions, filter: SubscriptionFilter): boolean =>
  filter.name === filterName && filter.destinationArn === destinationArn;
