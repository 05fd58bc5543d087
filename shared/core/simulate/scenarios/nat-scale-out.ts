import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import { hosts, minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

export const natScaleOut: Scenario = {
  name: 'nat-scale-out',
  class: 'nat-scale-out',
  flowLevel: 'nat',
  title: 'A slow partner makes the autoscaler add tasks, and the added tasks use up the ports',
  mechanism:
    'Each task polls the partner at its own fixed rate over fresh connections. Scaling out adds tasks in two steps: ' +
    'ports in use grow with the number of tasks although nothing else changed. Scaling in ends it.',
  draw(random) {
    const built = shop(random);
    const added = hosts(31, 8, 'orders');
    const indices = added.map((_, index) => built.hosts.length + index);
    const first = minutes(35);
    const second = first + minutes(random.integer(10, 20));
    const end = second + minutes(12);
    const full = built.fullRate(0.5);
    const added4 = (from: number) => steps(0, [from, full * 0.36], [end, 0]);
    return world({
      ...built,
      hosts: [...built.hosts, ...added],
      durationSeconds: end + minutes(8),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(full * random.between(0.4, 0.48))),
        towardsPartner(built, 'orders', indices.slice(0, 4), added4(first)),
        towardsPartner(built, 'orders', indices.slice(4), added4(second)),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['churn', 'growth'],
            services: [PARTNER],
            culprits: [0, 1, 2],
            onsetSecond: first,
            turnSeconds: [second],
            endSecond: end + minutes(1),
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
