import type { Scenario } from '../scenario.ts';
import { constant, plus, ramp, times } from '../timeline.ts';
import { minutes, workload, world } from './kit.ts';
import { vpcHosts } from './vpc-hosts.ts';

const WARM_UP = minutes(20);

export const hostPressure: Scenario = {
  name: 'host-pressure',
  class: 'host-pressure',
  flowLevel: 'vpc',
  title: 'A busy quarter of an hour takes four fifths of an instance’s ports',
  mechanism:
    'New connections grow to about 80 % of the ceiling (range / 60 s), stay there and fall back. Nothing fails.',
  draw(random) {
    const built = vpcHosts(random, 'worker', { range: { low: 60_000, high: 60_999 } });
    const top = built.fullRate(60.1) * random.between(0.79, 0.82);
    const up = WARM_UP + minutes(20);
    const down = up + minutes(15);
    const over = down + minutes(10);
    const shape = times(plus(ramp(0.35, 1, WARM_UP, up), ramp(0, -0.65, down, over)), constant(top));
    return world({
      hosts: built.hosts,
      services: built.services,
      durationSeconds: over + minutes(10),
      workloads: [workload('worker', [0], 0, shape, built.voice), ...built.background],
      settings: { portRange: built.range },
      labels: {
        verdict: 'pressure',
        incidents: [
          {
            kind: 'host-port-pressure',
            layer: 'host',
            subject: { type: 'source-address', id: built.hosts[0]?.address ?? '' },
            causes: ['churn', 'growth'],
            services: [0],
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
