import type { Scenario } from '../scenario.ts';
import { pulses, steps } from '../timeline.ts';
import { destination, hosts, minutes, natIncident, service, workload, world } from './kit.ts';
import { shop } from './shop.ts';

const WARM_UP = minutes(30);

export const natBurst: Scenario = {
  name: 'nat-burst',
  class: 'nat-burst',
  flowLevel: 'nat',
  title: 'Thirty workers start to drain a queue and each message fetches its own token',
  mechanism:
    'A backlog wakes many short-lived workers. Every message asks the identity provider for a token over a new ' +
    'connection; the gateway is full towards that endpoint within a minute or two. The workers fall idle when the queue is empty.',
  draw(random) {
    const built = shop(random);
    const workers = hosts(31, random.integer(8, 12), 'drain');
    const all = [...built.hosts, ...workers];
    const indices = workers.map((_, index) => built.hosts.length + index);
    const identity = built.services.length;
    const end = WARM_UP + minutes(random.integer(6, 12));
    const rate = built.fullRate(0.4) * random.between(1.6, 2.6);
    return world({
      ...built,
      hosts: all,
      services: [
        ...built.services,
        service('tokens', [destination('192.0.2.90')], { hostNames: ['login.identity.example'] }),
      ],
      durationSeconds: end + minutes(10),
      gateways: [built.gateway],
      workloads: [
        workload('drain', indices, identity, steps(0, [WARM_UP, rate], [end, 0]), {
          runtime: random.pick(['dotnet', 'python-requests', 'node']),
          logFormat: built.logFormat,
          retries: 1,
        }),
        workload('refresh', built.orders, identity, pulses(0.4, 300, 60), { runtime: built.runtime }),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['churn'],
            services: [identity],
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
