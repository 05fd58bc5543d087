import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

export const natManyAddresses: Scenario = {
  name: 'nat-many-addresses',
  class: 'nat-many-addresses',
  flowLevel: 'nat',
  title: 'A gateway with up to eight addresses fills up on all of them',
  mechanism:
    'Secondary addresses multiply the ports, and the flow log shows the first of them in srcaddr for all. An upstream that ' +
    'answers ever more slowly holds the ports of every address until none is left.',
  draw(random) {
    const addressCount = random.pick([3, 5, 8]);
    const built = shop(random, { addressCount, portsPerAddress: random.pick([120, 160, 200]) });
    const rate = built.fullRate(0.3) * random.between(0.35, 0.45);
    const slowMs = (built.capacity / rate - built.gateway.holdSeconds) * 1000 * 1.35;
    const slowed = WARM_UP + minutes(random.integer(30, 70));
    const fixed = slowed + minutes(8);
    const latencyMs = until(fixed, ramp(300, slowMs, WARM_UP, slowed), constant(300));
    return world({
      ...built,
      services: built.services.map((each, index) => (index === PARTNER ? { ...each, latencyMs } : each)),
      durationSeconds: fixed + minutes(12),
      gateways: [built.gateway],
      workloads: [towardsPartner(built, 'orders', built.orders, constant(rate)), ...built.background],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['hold'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: fixed + minutes(4),
          }),
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
