import type { Recommendation } from '../finding/schema.ts';
import { figures } from '../model/figures.ts';
import { adviseHost } from './advise-host.ts';
import { adviseLoadBalancer } from './advise-load-balancer.ts';
import { adviseNat } from './advise-nat.ts';
import { poolingOf } from './pooling.ts';
import { type Case, percent, towards } from './situation.ts';

/** What helps first comes first, what does not help last; every entry says what it needs and what else it changes. */
export function recommend(situation: Case): Recommendation[] {
  const durable = [...fixHolding(situation), reuse(situation)];
  switch (situation.layer) {
    case 'nat':
      return adviseNat(situation, durable);
    case 'host':
      return adviseHost(situation, durable);
    case 'load-balancer':
      return adviseLoadBalancer();
  }
}

function reuse(situation: Case): Recommendation {
  const { cause, nowcast, capacityPorts, runtimes } = situation;
  const { opensPerSecond } = nowcast.peak;
  const pool = Math.max(1, Math.ceil(opensPerSecond * Math.min(5, nowcast.before?.secondsHeld ?? 1)));
  const isSized = opensPerSecond > 0 && (cause === 'churn' || cause === 'growth');
  return {
    action: 'reuse-connections',
    detail: `Keep connections to ${towards(situation)} alive and share them through a pool (one HTTP agent or client per process, bodies read or closed). ${poolingOf(runtimes ?? [])}`,
    expectedEffect: isSized
      ? `${figures(opensPerSecond, 2)} new connections/s become about ${pool} standing ones: ${percent(pool, capacityPorts)} of the ports.`
      : 'One port per standing connection instead of one per request.',
    preconditions: ['The destination keeps idle connections open longer than the client does.'],
    sideEffects: ['A pool that is too small queues requests.', 'Long-lived connections follow DNS changes late.'],
  };
}

function fixHolding({ cause, layer, nowcast }: Case): Recommendation[] {
  const { opensPerSecond } = nowcast.peak;
  const calmSeconds = nowcast.before?.secondsHeld ?? 1;
  if (cause === 'hold') {
    return [
      {
        action: 'shorten-holding',
        detail:
          'Connections last longer than they did: look at the destination’s latency first, then set a request timeout and a bound on concurrent requests (a circuit breaker) on the clients.',
        expectedEffect: `Back at ${figures(calmSeconds, 2)} s per connection the same rate needs ${Math.ceil(opensPerSecond * calmSeconds)} ports.`,
        preconditions: ['Requests are safe to fail early.'],
        sideEffects: [
          'Slow requests fail instead of waiting.',
          'Retries without back-off open more connections, not fewer.',
        ],
      },
    ];
  }
  if (cause === 'leak') {
    return [
      {
        action: 'close-connections',
        detail:
          'Opened connections are not closed: look for response bodies that are never read or closed (also after an error), clients created per request, and pools without an idle limit.',
        expectedEffect: 'Ports in use stop growing with time.',
        preconditions: [],
        sideEffects: [
          layer === 'host'
            ? 'Restarting the process does not free host ports at once: its connections turn into TIME_WAIT.'
            : 'Restarting the leaking clients closes what they hold, and buys the time it took to fill up: the leak begins anew.',
        ],
      },
    ];
  }
  return [];
}
