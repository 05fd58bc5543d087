import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

export const natLeakIdle: Scenario = {
  name: 'nat-leak-idle',
  class: 'nat-leak',
  flowLevel: 'nat',
  title: 'Connections are forgotten open and silent; only the gateway’s idle timeout frees their ports',
  mechanism:
    'A client object is made per request and never closed, without keep-alive probes. Each connection holds its NAT port ' +
    'in silence, without a flow record, until the gateway forgets it after 350 s: IdleTimeoutCount follows the leak, ' +
    'and ports settle at rate × 350 s, which is above the budget.',
  draw(random) {
    const built = shop(random);
    const rate = (built.capacity / built.gateway.idleSeconds) * random.between(1.15, 1.6);
    const fixed = WARM_UP + minutes(25);
    return world({
      ...built,
      durationSeconds: fixed + minutes(12),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(rate), {
          style: { kind: 'leak', keepAliveSeconds: null, leaks: steps(0, [WARM_UP, 1], [fixed, 0]) },
          restartsAt: [fixed],
        }),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['leak', 'hold'],
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
