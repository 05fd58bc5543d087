import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { hostIncident, minutes, workload, world } from './kit.ts';
import { vpcHosts } from './vpc-hosts.ts';

const WARM_UP = minutes(20);

export const hostHold: Scenario = {
  name: 'host-hold',
  class: 'host-hold',
  flowLevel: 'vpc',
  title: 'The catalogue answers in minutes instead of milliseconds, and the callers’ ports wait with it',
  mechanism:
    'Calls arrive at an unchanged rate. Each keeps its local port for the answer’s time and, closing first, for TIME_WAIT ' +
    'after it: rate × (latency + 60 s) passes the range.',
  draw(random) {
    const built = vpcHosts(random, 'worker');
    const rate = built.fullRate(60) * random.between(0.3, 0.45);
    const slowMs = (built.size / rate - 60) * 1000 * random.between(1.3, 1.6);
    const slowed = WARM_UP + minutes(random.integer(15, 100));
    const fixed = slowed + minutes(8);
    const services = built.services.map((service, index) =>
      index === 0 ? { ...service, latencyMs: until(fixed, ramp(60, slowMs, WARM_UP, slowed), constant(60)) } : service,
    );
    return world({
      hosts: built.hosts,
      services,
      durationSeconds: fixed + minutes(10),
      workloads: [
        workload('worker', [0], 0, constant(rate), built.voice),
        ...built.background.map((each) => ({ ...each, arrivalsPerSecond: constant(rate * 0.2) })),
      ],
      settings: { portRange: built.range },
      labels: {
        verdict: 'exhaustion',
        incidents: [
          hostIncident(built.hosts[0]?.address ?? '', {
            causes: ['hold'],
            services: [0],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: fixed + minutes(3),
          }),
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
