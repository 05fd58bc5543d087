import type { Scenario } from '../scenario.ts';
import { constant } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

export const natRetryStorm: Scenario = {
  name: 'nat-retry-storm',
  class: 'nat-retry-storm',
  flowLevel: 'nat',
  title: 'The partner goes silent, and the retries without back-off use up the gateway',
  mechanism:
    'The partner stops answering. Every attempt holds a NAT port until its client gives up and for the hold after; four ' +
    'immediate retries per request multiply them past the budget, so even attempts that might succeed are dropped.',
  draw(random) {
    const built = shop(random);
    const down = minutes(random.integer(30, 40));
    const back = down + minutes(random.integer(12, 18));
    const timeoutMs = random.pick([5000, 10_000]);
    const rate = (built.capacity / (timeoutMs / 1000 + built.gateway.holdSeconds)) * random.between(0.28, 0.4);
    const services = built.services.map((service, index) =>
      index === PARTNER
        ? {
            ...service,
            state: (second: number) => (second >= down && second < back ? ('silent' as const) : ('answers' as const)),
          }
        : service,
    );
    return world({
      ...built,
      services,
      durationSeconds: back + minutes(12),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(rate), {
          connectTimeoutMs: timeoutMs,
          retries: 4,
          retryDelayMs: 100,
        }),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['churn', 'hold'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: down,
            endSecond: back + minutes(2),
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
