import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

export const natLeak: Scenario = {
  name: 'nat-leak',
  class: 'nat-leak',
  flowLevel: 'nat',
  title: 'A release forgets to close response bodies; keep-alive probes hold every leaked port',
  mechanism:
    'After a deployment most responses are never closed. TCP keep-alive probes every minute or two keep each leaked ' +
    'connection alive at the gateway, so nothing idles out and ports are used up at the leak’s rate. A restart frees them.',
  draw(random) {
    const built = shop(random);
    const rate = built.fullRate(0.3) * random.between(0.15, 0.3);
    const fillsInSeconds = minutes(random.integer(25, 100));
    const leaks = Math.min(0.9, built.capacity / (rate * fillsInSeconds));
    const fixed = WARM_UP + fillsInSeconds + minutes(10);
    return world({
      ...built,
      durationSeconds: fixed + minutes(12),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(rate), {
          style: {
            kind: 'leak',
            keepAliveSeconds: random.pick([45, 60, 75, 120]),
            leaks: steps(0, [WARM_UP, leaks], [fixed, 0]),
          },
          restartsAt: [fixed],
        }),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['leak'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: fixed + minutes(2),
          }),
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
