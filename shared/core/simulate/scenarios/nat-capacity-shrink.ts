import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

export const natCapacityShrink: Scenario = {
  name: 'nat-capacity-shrink',
  class: 'nat-capacity-shrink',
  flowLevel: 'nat',
  title: 'Addresses are taken off the gateway and the same traffic no longer fits',
  mechanism:
    'Traffic is steady at about three fifths of the budget of two or three addresses. An automation disassociates all ' +
    'but one: new connections have a fraction of the ports, and fail until an address is given back.',
  draw(random) {
    const addressCount = random.pick([2, 3]);
    const shrunk = minutes(random.integer(40, 60));
    const fixed = shrunk + minutes(20);
    const built = shop(random, {
      addressCount,
      addressesInUse: steps(addressCount, [shrunk, 1], [fixed, addressCount]),
    });
    const rate = built.fullRate(0.3) * random.between(0.56, 0.62);
    return world({
      ...built,
      durationSeconds: fixed + minutes(12),
      gateways: [built.gateway],
      workloads: [towardsPartner(built, 'orders', built.orders, constant(rate)), ...built.background],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['capacity'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: shrunk,
            endSecond: fixed + minutes(1),
          }),
        ],
        ruledOut: [],
        alsoTrue: ['capacity-shrunk'],
      },
    });
  },
};
