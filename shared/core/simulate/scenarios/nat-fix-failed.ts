import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

export const natFixFailed: Scenario = {
  name: 'nat-fix-failed',
  class: 'nat-fix-failed',
  flowLevel: 'nat',
  title: 'An address is added to a leaking gateway, and it fills up again',
  mechanism:
    'A leak fills the gateway. Someone adds an address: errors stop, and the leak goes on and fills twice the ports. ' +
    'Only the later restart of the leaking service ends it.',
  draw(random) {
    const first = WARM_UP + minutes(random.integer(20, 30));
    const added = first + minutes(8);
    const built = shop(random, { addressCount: 2, addressesInUse: steps(1, [added, 2]) });
    const half = built.capacity / 2;
    const rate = built.fullRate(0.3) * 0.12;
    const leaks = Math.min(0.95, (half * 0.9) / (rate * (first - WARM_UP)));
    const fixed = added + (first - WARM_UP) + minutes(10);
    return world({
      ...built,
      durationSeconds: fixed + minutes(10),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(rate), {
          style: { kind: 'leak', keepAliveSeconds: 60, leaks: steps(0, [WARM_UP, leaks], [fixed, 0]) },
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
