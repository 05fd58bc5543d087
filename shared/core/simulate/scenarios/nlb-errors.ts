import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import { minutes, world } from './kit.ts';
import { shop, towardsPartner } from './shop.ts';

const ONSET = minutes(35);

export const nlbErrors: Scenario = {
  name: 'nlb-port-exhaustion',
  class: 'nlb-port-exhaustion',
  flowLevel: 'nat',
  title: 'A network load balancer cannot allocate ports towards its targets',
  mechanism:
    'Client IP preservation is off and one target takes all connections: PortAllocationErrorCount rises from zero.',
  draw(random) {
    const built = shop(random);
    const end = ONSET + minutes(15);
    const arnSuffix = 'net/ingest/1a2b3c4d5e6f7081';
    return world({
      ...built,
      durationSeconds: end + minutes(10),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.3)),
        ...built.background,
      ],
      loadBalancers: [
        {
          arnSuffix,
          allocationErrorsPerMinute: steps(0, [ONSET, random.between(50, 900)], [end, 0]),
          newFlowsPerMinute: steps(20_000, [ONSET, 60_000], [end, 20_000]),
        },
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          {
            kind: 'nlb-port-exhaustion',
            layer: 'load-balancer',
            subject: { type: 'load-balancer', id: arnSuffix },
            causes: ['unknown', 'churn', 'growth'],
            services: [],
            culprits: [],
            onsetSecond: ONSET,
            endSecond: end,
          },
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
