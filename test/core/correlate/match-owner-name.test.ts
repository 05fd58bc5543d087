import { describe, expect, it } from 'vitest';
import { facesNamedLike } from '../../../shared/core/correlate/match-owner-name.ts';
import type { LogSource } from '../../../shared/core/model/observation.ts';
import { networkInterface } from '../builders.ts';

const isNamed = (owner: string | null, source: Partial<LogSource>): boolean =>
  facesNamedLike({ group: '-', stream: null, service: null, ...source }, [networkInterface({ owner })]).length > 0;

describe('facesNamedLike', () => {
  it.each([
    ['worker', { group: 'worker.log' }],
    ['worker', { group: '/var/log/worker/current.log.1' }],
    ['Worker', { group: '/ecs/worker' }],
    ['worker', { stream: 'worker/app/0123456789abcdef0123456789abcdef' }],
    ['worker', { service: 'worker' }],
    ['worker', { group: 'C:\\logs\\worker.log' }],
    ['ECS service worker in shop', { group: '/ecs/worker' }],
    ['ECS task worker', { group: '/ecs/worker' }],
  ])('%s and %o', (owner, source) => {
    expect(isNamed(owner, source)).toBe(true);
  });

  it.each([
    [null, { group: 'worker.log' }],
    ['worker', { group: 'worker-2.log' }],
    ['worker-2', { group: 'worker.log' }],
    ['ECS service api in worker', { group: 'worker.log' }],
    ['ECS task in worker', { group: 'worker.log' }],
    ['load balancer worker', { group: 'worker.log' }],
    ['pods on i-0123456789abcdef0', { group: 'pods.log' }],
    ['i-0123456789abcdef0', { stream: 'i-0123456789abcdef0' }],
    ['app', { group: '/app/logs/app.log' }],
  ])('not %s and %o', (owner, source) => {
    expect(isNamed(owner, source)).toBe(false);
  });
});
