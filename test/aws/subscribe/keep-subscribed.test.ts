import { describe, expect, it } from 'vitest';
import {
  keepSubscribed as keep,
  unsubscribeAll,
  type KeepSubscribedOptions,
} from '../../../shared/aws/subscribe/keep-subscribed.ts';
import {
  NoRoom,
  type LogSubscriptions,
  type SubscriptionFilter,
} from '../../../shared/aws/subscribe/log-subscriptions.ts';
import {
  FILTER_PATTERN_LIMIT,
  LOG_FILTER_PATTERN,
  TIMEOUT_LOG_FILTER_PATTERN,
} from '../../../shared/deploy/log-filter.ts';

const OURS = 'arn:aws:lambda:us-east-1:123456789012:function:ingest';
const foreign = (name: string): SubscriptionFilter => ({ name, pattern: '', destinationArn: 'arn:aws:kinesis:::x' });

/** Log groups in memory: each a list of filters, and tags. */
function fakeLogs(groups: Record<string, SubscriptionFilter[]>, tagged: readonly string[] = []) {
  const calls: string[] = [];
  const subscriptions: LogSubscriptions = {
    groups: async (prefix) =>
      Object.keys(groups)
        .filter((name) => name.startsWith(prefix ?? ''))
        .map((name) => ({ name, arn: `arn:${name}`, takesFilters: !name.includes('infrequent') })),
    hasTag: async ({ name }, key, value) => key === 'freeport' && value === 'on' && tagged.includes(name),
    filters: async (name) => groups[name] ?? [],
    async put(name, filter) {
      calls.push(`put ${name} ${filter.name}`);
      if (name.includes('broken')) throw new Error('ServiceUnavailable');
      if (name.includes('contended')) throw new NoRoom('LimitExceeded');
      groups[name] = [...(groups[name] ?? []).filter((other) => other.name !== filter.name), filter];
    },
    async remove(name, filterName) {
      calls.push(`remove ${name} ${filterName}`);
      groups[name] = (groups[name] ?? []).filter((other) => other.name !== filterName);
    },
  };
  return { subscriptions, groups, calls };
}

const optionsOf = (
  subscriptions: LogSubscriptions,
  choice: Partial<KeepSubscribedOptions['choice']> = {},
): KeepSubscribedOptions => ({
  subscriptions,
  choice: { prefixes: ['/ecs/'], tag: null, exclude: [], withTimeouts: [], ...choice },
  ownPrefixes: ['Freeport-', '/aws/lambda/Freeport-'],
  filterName: 'Freeport-freeport',
  destinationArn: OURS,
  patterns: { exhaustion: 'exhaustion', timeouts: 'timeouts' },
});

const keepSubscribed = (options: KeepSubscribedOptions, before: readonly string[]) =>
  keep(options, before, async () => {});

describe('keeping log groups subscribed', () => {
  it('subscribes the chosen groups once, and new ones when they come', async () => {
    const { subscriptions, groups, calls } = fakeLogs({ '/ecs/a': [], '/other': [] });
    await keepSubscribed(optionsOf(subscriptions), []);
    expect(calls).toEqual(['put /ecs/a Freeport-freeport']);
    groups['/ecs/b'] = [];
    const { states } = await keepSubscribed(optionsOf(subscriptions), ['/ecs/a']);
    expect([...states]).toEqual([
      ['/ecs/a', 'listening'],
      ['/ecs/b', 'listening'],
    ]);
    expect(calls).toEqual(['put /ecs/a Freeport-freeport', 'put /ecs/b Freeport-freeport']);
    expect(groups['/other']).toEqual([]);
  });

  it('never subscribes its own groups, nor the excluded ones', async () => {
    const { subscriptions, calls } = fakeLogs({
      'Freeport-AppLogs': [],
      '/aws/lambda/Freeport-x': [],
      '/ecs/noisy': [],
    });
    const choice = { prefixes: ['/ecs/', '/aws/', 'Free'], exclude: ['/ecs/noisy'] };
    await keepSubscribed(optionsOf(subscriptions, choice), []);
    expect(calls).toEqual([]);
  });

  it('leaves foreign filters alone and says where there is no room', async () => {
    const { subscriptions, groups } = fakeLogs({
      '/ecs/full': [foreign('a'), foreign('b')],
      '/ecs/one': [foreign('a')],
    });
    const { states } = await keepSubscribed(optionsOf(subscriptions), []);
    expect(Object.fromEntries(states)).toEqual({ '/ecs/full': 'no-room', '/ecs/one': 'listening' });
    expect(groups['/ecs/full']).toEqual([foreign('a'), foreign('b')]);
    expect(groups['/ecs/one']).toHaveLength(2);
  });

  it('does not replace a filter of its name that leads elsewhere', async () => {
    const { subscriptions, groups } = fakeLogs({ '/ecs/a': [foreign('Freeport-freeport')] });
    const { states } = await keepSubscribed(optionsOf(subscriptions), []);
    expect(states.get('/ecs/a')).toBe('no-room');
    expect(groups['/ecs/a']).toEqual([foreign('Freeport-freeport')]);
  });

  it('renews a filter whose pattern is of an older version', async () => {
    const old = { name: 'Freeport-freeport', pattern: 'old', destinationArn: OURS };
    const { subscriptions, groups } = fakeLogs({ '/ecs/a': [old] });
    await keepSubscribed(optionsOf(subscriptions), []);
    expect(groups['/ecs/a']).toEqual([{ ...old, pattern: 'exhaustion' }]);
  });

  it('lets connect timeouts through only where a group asks for them, and stops when it does not', async () => {
    const { subscriptions, groups } = fakeLogs({ '/ecs/a': [], '/ecs/b': [] });
    await keepSubscribed(optionsOf(subscriptions, { withTimeouts: ['/ecs/a'] }), []);
    expect(groups['/ecs/a']?.map(({ pattern }) => pattern)).toEqual(['exhaustion', 'timeouts']);
    expect(groups['/ecs/b']?.map(({ pattern }) => pattern)).toEqual(['exhaustion']);
    await keepSubscribed(optionsOf(subscriptions), []);
    expect(groups['/ecs/a']?.map(({ pattern }) => pattern)).toEqual(['exhaustion']);
  });

  it('chooses by tag too', async () => {
    const { subscriptions, groups } = fakeLogs({ '/a': [], '/b': [] }, ['/b']);
    await keepSubscribed(optionsOf(subscriptions, { prefixes: [], tag: { key: 'freeport', value: 'on' } }), []);
    expect([groups['/a']?.length, groups['/b']?.length]).toEqual([0, 1]);
  });

  it('unsubscribes what is chosen no more, and everything on removal, but nothing foreign', async () => {
    const { subscriptions, groups } = fakeLogs({ '/ecs/a': [foreign('x')], '/ecs/b': [], '/old': [] });
    await keepSubscribed(optionsOf(subscriptions, { prefixes: ['/ecs/', '/old'] }), []);
    const { states } = await keepSubscribed(optionsOf(subscriptions), ['/ecs/a', '/ecs/b', '/old']);
    expect([...states.keys()]).toEqual(['/ecs/a', '/ecs/b']);
    expect(groups['/old']).toEqual([]);
    await unsubscribeAll(optionsOf(subscriptions), ['/ecs/a', '/ecs/b']);
    expect(groups).toEqual({ '/ecs/a': [foreign('x')], '/ecs/b': [], '/old': [] });
  });

  it('goes on past a group that fails, and says of each how it stands', async () => {
    const { subscriptions } = fakeLogs({
      '/ecs/broken': [],
      '/ecs/contended': [],
      '/ecs/infrequent': [],
      '/ecs/well': [],
    });
    const { states, errors } = await keepSubscribed(optionsOf(subscriptions), []);
    expect(Object.fromEntries(states)).toEqual({
      '/ecs/broken': 'pending',
      '/ecs/contended': 'no-room',
      '/ecs/infrequent': 'unsupported',
      '/ecs/well': 'listening',
    });
    expect(errors).toHaveLength(1);
  });

  it('remembers what it is about to subscribe before it does, and says nothing where nothing is new', async () => {
    const { subscriptions, calls } = fakeLogs({ '/ecs/a': [], '/ecs/b': [] });
    const remembered: [string, string][][] = [];
    const remember = async (states: ReadonlyMap<string, string>) => {
      expect(calls).toEqual([]);
      remembered.push([...states]);
    };
    await keep(optionsOf(subscriptions), ['/ecs/a', '/old'], remember);
    expect(remembered).toEqual([
      [
        ['/ecs/a', 'pending'],
        ['/ecs/b', 'pending'],
        ['/old', 'leaving'],
      ],
    ]);
    await keep(optionsOf(subscriptions), ['/ecs/a', '/ecs/b'], remember);
    expect(remembered).toHaveLength(1);
  });

  it('has patterns that CloudWatch Logs accepts', () => {
    for (const pattern of [LOG_FILTER_PATTERN, TIMEOUT_LOG_FILTER_PATTERN])
      expect(pattern.length).toBeLessThanOrEqual(FILTER_PATTERN_LIMIT);
  });
});
