import type { Scenario } from '../scenario.ts';
import { ramp } from '../timeline.ts';
import { destination, minutes, natIncident, service, workload, world } from './kit.ts';
import { shop } from './shop.ts';

const WARM_UP = minutes(25);
const UDP = 17;

export const natUdp: Scenario = {
  name: 'nat-udp',
  class: 'nat-udp',
  flowLevel: 'nat',
  title: 'Containers ask a public resolver over UDP, and every query keeps a port until it has idled out',
  mechanism:
    'resolv.conf names a public resolver, so queries leave through the gateway from a new local port each. UDP has no ' +
    'close: the gateway keeps each port for the idle timeout of 350 s. No TCP flag, no close, no TCP metric tells of it.',
  draw(random) {
    const built = shop(random);
    const resolver = built.services.length;
    const grown = WARM_UP + minutes(random.integer(25, 90));
    const end = grown + minutes(10);
    const full = built.capacity / built.gateway.idleSeconds;
    return world({
      ...built,
      services: [
        ...built.services,
        service('resolver', [destination('198.51.100.53', 53, UDP)], { latencyMs: () => 15 }),
      ],
      durationSeconds: end,
      gateways: [built.gateway],
      workloads: [
        workload(
          'resolve',
          [...built.orders, ...built.checkout],
          resolver,
          ramp(full * 0.3, full * 1.3, WARM_UP, grown),
          {
            runtime: null,
            requestBytes: 60,
            responseBytes: 180,
          },
        ),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['churn', 'growth', 'hold'],
            services: [resolver],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: end,
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
