import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { destination, minutes, natIncident, service, workload, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

export const natTwoDestinations: Scenario = {
  name: 'nat-two-destinations',
  class: 'nat-two-destinations',
  flowLevel: 'nat',
  title: 'One service fills two endpoints of a provider, the second a little less',
  mechanism:
    'Checkout calls an authorisation and a capture endpoint of one payment provider, each at its own address. Both grow; ' +
    'the first runs out, the second stays below its budget.',
  draw(random) {
    const built = shop(random);
    const capture = built.services.length;
    const rampEnd = WARM_UP + minutes(random.integer(20, 100));
    const end = rampEnd + minutes(8);
    const full = built.fullRate(0.25);
    const grows = (top: number) => until(end, ramp(full * 0.25, full * top, WARM_UP, rampEnd), constant(full * 0.25));
    return world({
      ...built,
      services: [...built.services, service('capture', [destination('203.0.113.11')])],
      durationSeconds: end + minutes(8),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'checkout', built.checkout, grows(1.35)),
        workload('checkout', built.checkout, capture, grows(0.65), {
          runtime: built.runtime,
          logFormat: built.logFormat,
        }),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['churn', 'growth'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: end + minutes(1),
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
