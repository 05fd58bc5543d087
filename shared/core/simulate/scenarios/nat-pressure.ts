import type { Scenario } from '../scenario.ts';
import { constant, plus, ramp, times } from '../timeline.ts';
import { minutes, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

export const natPressure: Scenario = {
  name: 'nat-pressure',
  class: 'nat-pressure',
  flowLevel: 'nat',
  title: 'A busy hour takes four fifths of the budget and goes away again',
  mechanism: 'Requests grow to about 80 % of the budget, stay there for a while and fall back. Nothing fails.',
  draw(random) {
    const built = shop(random, { portsPerAddress: random.pick([1000, 1500]) });
    const top = built.fullRate(0.25) * random.between(0.79, 0.82);
    const up = WARM_UP + minutes(25);
    const down = up + minutes(20);
    const over = down + minutes(15);
    const shape = times(plus(ramp(0.35, 1, WARM_UP, up), ramp(0, -0.65, down, over)), constant(top));
    return world({
      ...built,
      durationSeconds: over + minutes(10),
      gateways: [built.gateway],
      workloads: [towardsPartner(built, 'orders', built.orders, shape), ...built.background],
      labels: {
        verdict: 'pressure',
        incidents: [
          {
            kind: 'nat-port-pressure',
            layer: 'nat',
            subject: { type: 'nat-gateway', id: built.gateway.id },
            causes: ['churn', 'growth'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: over,
          },
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
