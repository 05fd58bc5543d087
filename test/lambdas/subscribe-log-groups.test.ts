import { CloudWatchClient, type GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/subscribe-log-groups/handler.ts';
import { createDeliveryErrors } from '../../shared/aws/subscribe/delivery-errors.ts';
import { createLog } from '../../shared/aws/log.ts';
import type { LogGroupStates } from '../../shared/core/finding/log-group-health.ts';

const NOW_MS = Date.parse('2026-01-01T10:00:00Z');

/** One chosen group whose filter can be put or not, and CloudWatch's word on its deliveries. */
function setUp({ putFails = false, metricsFail = false, before = null as LogGroupStates | null } = {}) {
  let stored = before;
  const answers: string[] = [];
  const lines: string[] = [];
  const filters: string[] = [];
  const handler = createHandler({
    options: {
      subscriptions: {
        groups: async () => [{ name: '/ecs/a', arn: 'arn:a', takesFilters: true }],
        hasTag: async () => false,
        filters: async () => [],
        put: async (group) => (putFails ? Promise.reject(new Error('ServiceUnavailable')) : void filters.push(group)),
        remove: async () => {},
      },
      choice: { prefixes: ['/ecs/'], tag: null, exclude: [], withTimeouts: [] },
      ownPrefixes: ['Freeport-'],
      filterName: 'freeport',
      destinationArn: 'arn:ours',
      patterns: { exhaustion: 'a', timeouts: 'b' },
    },
    deliveryErrors: {
      read: async () => (metricsFail ? Promise.reject(new Error('Throttled')) : new Map([['/ecs/a', 7]])),
    },
    document: { get: async () => stored, put: async (document) => void (stored = document) },
    log: createLog({ functionName: 'test', nowMs: () => NOW_MS, write: (line) => lines.push(line) }),
    nowMs: () => NOW_MS,
    putToStack: async (_, body) => void answers.push((JSON.parse(body) as { Status: string }).Status),
  });
  return { handler, stored: () => stored, answers, lines, filters };
}

const stackEvent = (RequestType: string) => ({
  RequestType,
  ResponseURL: 'https://cloudformation.example/answer',
  StackId: 's',
  RequestId: 'r',
  LogicalResourceId: 'l',
});

describe('subscribe-log-groups', () => {
  it('writes how each group stands, with what could not be delivered of it', async () => {
    const { handler, stored } = setUp();
    await handler({});
    expect(stored()).toEqual({
      at: '2026-01-01T10:00:00.000Z',
      groups: [{ name: '/ecs/a', state: 'listening', deliveryErrors: 7 }],
    });
  });

  it('fails when a group failed, after it wrote how all stand', async () => {
    const { handler, stored } = setUp({ putFails: true });
    await expect(handler({})).rejects.toThrow('1 log groups');
    expect(stored()?.groups).toMatchObject([{ state: 'pending' }]);
  });

  it('writes that it does not know of deliveries when CloudWatch does not say', async () => {
    const { handler, stored } = setUp({ metricsFail: true });
    await expect(handler({})).rejects.toThrow();
    expect(stored()?.groups).toMatchObject([{ state: 'listening', deliveryErrors: null }]);
  });

  it('lets the stack be made even when a group cannot be subscribed yet', async () => {
    const { handler, answers } = setUp({ putFails: true });
    await handler(stackEvent('Create'));
    expect(answers).toEqual(['SUCCESS']);
  });

  it('keeps nothing once the stack goes', async () => {
    const { handler, answers, stored } = setUp();
    await handler({});
    await handler(stackEvent('Delete'));
    expect([answers, stored()?.groups]).toEqual([['SUCCESS'], []]);
  });
});

describe('delivery errors', () => {
  it('are asked for by the name of each filter, one query a call, and added up by log group', async () => {
    const expressions: string[] = [];
    const cloudwatch = Object.assign(new CloudWatchClient({ region: 'us-east-1' }), {
      send: async ({ input }: GetMetricDataCommand) => {
        expect(input.MetricDataQueries).toHaveLength(1);
        expressions.push(input.MetricDataQueries?.[0]?.Expression ?? '');
        return {
          MetricDataResults: [
            { Label: '/ecs/a', Values: [2, 3] },
            { Label: '/ecs/b', Values: [] },
          ],
        };
      },
    });
    const errors = await createDeliveryErrors({ cloudwatch, filterNames: ['f', 'f-timeouts'] }).read(NOW_MS);
    expect(Object.fromEntries(errors)).toEqual({ '/ecs/a': 10, '/ecs/b': 0 });
    expect(expressions[0]).toContain("WHERE FilterName = 'f' GROUP BY LogGroupName");
    expect(expressions[1]).toContain("'f-timeouts'");
  });
});
