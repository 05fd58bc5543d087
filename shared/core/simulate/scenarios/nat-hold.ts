import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

export const natHold: Scenario = {
  name: 'nat-hold',
  class: 'nat-hold',
  flowLevel: 'nat',
  title: 'The partner answers ever more slowly, so connections hold their ports longer',
  mechanism:
    'Requests arrive at an unchanged rate; the partner’s latency climbs from a fraction of a second to minutes. ' +
    'Ports in use follow rate × (latency + hold) until the gateway is full; clients see connect timeouts.',
  draw(random) {
    const built = shop(random);
    const rate = built.fullRate(0) * random.between(0.3, 0.5);
    const slowMs = (built.capacity / rate - built.gateway.holdSeconds) * 1000 * random.between(1.3, 1.7);
    const slowed = WARM_UP + minutes(random.integer(20, 110));
    const fixed = slowed + minutes(10);
    const services = built.services.map((service, index) =>
      index === PARTNER
        ? { ...service, latencyMs: until(fixed, ramp(300, slowMs, WARM_UP, slowed), constant(300)) }
        : service,
    );
    return world({
      ...built,
      services,
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
