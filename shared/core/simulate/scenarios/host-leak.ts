import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import { hostIncident, minutes, workload, world } from './kit.ts';
import { vpcHosts } from './vpc-hosts.ts';

const WARM_UP = minutes(20);

export const hostLeak: Scenario = {
  name: 'host-leak',
  class: 'host-leak',
  flowLevel: 'vpc',
  title: 'A worker leaks a connection per failed parse until connect() finds no port',
  mechanism:
    'A share of the responses is never closed. The connections stay ESTABLISHED and nearly silent, so flow logs show few ' +
    'of them at a time; local ports towards one service are used up at the leak’s rate. A restart turns them into TIME_WAIT.',
  draw(random) {
    const built = vpcHosts(random, 'worker');
    const fills = minutes(random.integer(20, 100));
    const rate = built.fullRate(60) * random.between(0.25, 0.4);
    const leaks = Math.min(0.9, (built.size * 0.75) / (rate * fills));
    const fixed = WARM_UP + fills + minutes(8);
    return world({
      hosts: built.hosts,
      services: built.services,
      durationSeconds: fixed + minutes(8),
      workloads: [
        workload('worker', [0], 0, constant(rate), {
          ...built.voice,
          style: {
            kind: 'leak',
            keepAliveSeconds: random.pick([60, 300]),
            leaks: steps(0, [WARM_UP, leaks], [fixed, 0]),
          },
          restartsAt: [fixed],
        }),
        ...built.background,
      ],
      settings: { portRange: built.range },
      labels: {
        verdict: 'exhaustion',
        incidents: [
          hostIncident(built.hosts[0]?.address ?? '', {
            causes: ['leak'],
            services: [0],
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
