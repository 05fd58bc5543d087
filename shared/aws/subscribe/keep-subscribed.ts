import type { LogGroupState } from '../../core/finding/log-group-health.ts';
import { FILTERS_PER_GROUP, type LogGroupChoice } from '../../deploy/log-groups.ts';
import { mapConcurrently } from '../concurrency.ts';
import { NoRoom, type LogGroup, type LogSubscriptions, type SubscriptionFilter } from './log-subscriptions.ts';

export type Subscribed = {
  readonly states: ReadonlyMap<string, LogGroupState>;
  /** Filters put, and groups taken out. */
  readonly changed: number;
  /** One group's failure keeps no other from being looked at. */
  readonly errors: unknown[];
};

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

/**
 * Subscribes the chosen groups, new ones included, and unsubscribes those of `before` that are chosen no more. Before the
 * first filter is put, `remember` is told of every group that will have one: killed after that, none is forgotten.
 */
export async function keepSubscribed(
  options: KeepSubscribedOptions,
  before: readonly string[],
  remember: (states: ReadonlyMap<string, LogGroupState>) => Promise<void>,
): Promise<Subscribed> {
  const chosen = await chosenGroups(options);
  const names = new Set(chosen.map(({ name }) => name));
  const left = before.filter((name) => !names.has(name));
  const states = new Map<string, LogGroupState>([
    ...chosen.map(({ name }) => [name, 'pending'] as const),
    ...left.map((name) => [name, 'leaving'] as const),
  ]);
  if (chosen.some(({ name }) => !before.includes(name))) await remember(states);
  const errors: unknown[] = [];
  let changed = 0;
  await mapConcurrently(chosen, CALLS_AT_ONCE, async (group) => {
    try {
      const { state, put } = await subscribe(options, group);
      states.set(group.name, state);
      changed += put;
    } catch (error) {
      errors.push(error);
    }
  });
  await mapConcurrently(left, CALLS_AT_ONCE, async (name) => {
    try {
      await unsubscribe(options, name);
      states.delete(name);
      changed += 1;
    } catch (error) {
      errors.push(error);
    }
  });
  return { states, changed, errors };
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

type Kept = { readonly state: LogGroupState; readonly put: number };

async function subscribe(options: KeepSubscribedOptions, { name, takesFilters }: LogGroup): Promise<Kept> {
  if (!takesFilters) return { state: 'unsupported', put: 0 };
  const { subscriptions, choice } = options;
  const present = await subscriptions.filters(name);
  const [main, timeouts] = ownFilters(options);
  const wanted = choice.withTimeouts.some((prefix) => name.startsWith(prefix)) ? [main, timeouts] : [main];
  if (wanted.length === 1 && present.some((filter) => isSame(filter, timeouts)))
    await subscriptions.remove(name, timeouts.name);
  let used = present.length;
  let put = 0;
  for (const filter of wanted) {
    const found = present.find((other) => other.name === filter.name);
    if (found !== undefined && isSame(found, filter)) continue;
    // A filter of this name that leads elsewhere is somebody else's, and never replaced.
    if (found === undefined ? used >= FILTERS_PER_GROUP : found.destinationArn !== options.destinationArn)
      return { state: 'no-room', put };
    if (found === undefined) used += 1;
    try {
      await subscriptions.put(name, filter);
    } catch (error) {
      // Somebody took the last place since it was looked at.
      if (error instanceof NoRoom) return { state: 'no-room', put };
      throw error;
    }
    put += 1;
  }
  return { state: 'listening', put };
}

/** The filter that every group has, and the one for connect timeouts. */
const ownFilters = ({ filterName, destinationArn, patterns }: KeepSubscribedOptions) =>
  [
    { name: filterName, pattern: patterns.exhaustion, destinationArn },
    { name: timeoutFilterName(filterName), pattern: patterns.timeouts, destinationArn },
  ] as const;

export const timeoutFilterName = (filterName: string): string => `${filterName}-timeouts`;

const isSame = (a: SubscriptionFilter, b: SubscriptionFilter): boolean =>
  a.name === b.name && a.pattern === b.pattern && a.destinationArn === b.destinationArn;
