import { FILTERS_PER_GROUP, type LogGroupChoice } from '../deploy/log-groups.ts';
import { mapConcurrently } from './concurrency.ts';
import type { LogGroup, LogSubscriptions, SubscriptionFilter } from './log-subscriptions.ts';

/** What is so of a chosen group: `full` means that others hold filters that Freeport would need, which are theirs to give up. */
export type GroupState = 'kept' | 'subscribed' | 'full';

export type Subscribed = { readonly states: ReadonlyMap<string, GroupState>; readonly unsubscribed: readonly string[] };

export type KeepSubscribedOptions = {
  readonly subscriptions: LogSubscriptions;
  readonly choice: LogGroupChoice;
  /** Freeport's own groups begin so: subscribed, its log would feed itself. */
  readonly ownPrefixes: readonly string[];
  readonly filterName: string;
  readonly destinationArn: string;
  readonly patterns: { readonly exhaustion: string; readonly timeouts: string };
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
  await mapConcurrently(unsubscribed, CALLS_AT_ONCE, (name) => unsubscribe(options, name));
  return { states, unsubscribed };
}

/** Removal of the whole: every group that was ever kept. */
export async function unsubscribeAll(options: KeepSubscribedOptions, before: readonly string[]): Promise<void> {
  const names = new Set([...before, ...(await chosenGroups(options)).map(({ name }) => name)]);
  await mapConcurrently([...names], CALLS_AT_ONCE, (name) => unsubscribe(options, name));
}

/** Takes away what leads to this deployment, under its own names, and nothing else. */
async function unsubscribe(options: KeepSubscribedOptions, groupName: string): Promise<void> {
  const { subscriptions, destinationArn } = options;
  const names = ownFilters(options).map(({ name }) => name);
  for (const filter of await subscriptions.filters(groupName))
    if (names.includes(filter.name) && filter.destinationArn === destinationArn)
      await subscriptions.remove(groupName, filter.name);
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
  const { subscriptions, choice } = options;
  const present = await subscriptions.filters(groupName);
  const [main, timeouts] = ownFilters(options);
  const wanted = choice.withTimeouts.some((prefix) => groupName.startsWith(prefix)) ? [main, timeouts] : [main];
  if (wanted.length === 1 && present.some((filter) => isSame(filter, timeouts)))
    await subscriptions.remove(groupName, timeouts.name);
  let used = present.length;
  let state: GroupState = 'kept';
  for (const filter of wanted) {
    const found = present.find(({ name }) => name === filter.name);
    if (found !== undefined && isSame(found, filter)) continue;
    // A filter of this name that leads elsewhere is somebody else's, and never replaced.
    if (found === undefined ? used >= FILTERS_PER_GROUP : found.destinationArn !== options.destinationArn)
      return 'full';
    if (found === undefined) used += 1;
    await subscriptions.put(groupName, filter);
    state = 'subscribed';
  }
  return state;
}

/** The filter that every group has, and the one for connect timeouts. */
const ownFilters = ({ filterName, destinationArn, patterns }: KeepSubscribedOptions) =>
  [
    { name: filterName, pattern: patterns.exhaustion, destinationArn },
    { name: `${filterName}-timeouts`, pattern: patterns.timeouts, destinationArn },
  ] as const;

const isSame = (a: SubscriptionFilter, b: SubscriptionFilter): boolean =>
  a.name === b.name && a.pattern === b.pattern && a.destinationArn === b.destinationArn;
