import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { destination, hostIncident, LINUX_RANGE, minutes, service, workload, world } from './kit.ts';
import { vpcHosts } from './vpc-hosts.ts';

const WARM_UP = minutes(20);

export const hostLoopbackProxy: Scenario = {
  name: 'host-loopback-proxy',
  class: 'host-loopback-proxy',
  flowLevel: 'vpc',
  title: 'HAProxy runs out of ports towards a backend on its own machine',
  mechanism:
    'HAProxy holds a connection to 127.0.0.1 for every client. Nothing of it passes a network interface, so no flow log ' +
    'sees it: "no free ports" in HAProxy’s log is the only sign, and it names a backend, not an address.',
  draw(random) {
    const range = { low: random.pick([60_500, 60_300, 60_100]), high: LINUX_RANGE.high };
    const built = vpcHosts(random, 'edge', { range });
    const end = WARM_UP + minutes(25);
    const full = built.fullRate(60.1);
    return world({
      hosts: built.hosts,
      services: [
        service('local-backend', [destination('127.0.0.1', 8080)], { roundTripMs: 1, latencyMs: constant(50) }),
        ...built.services,
      ],
      durationSeconds: end + minutes(8),
      workloads: [
        workload(
          'edge',
          [0],
          0,
          until(end, ramp(full * 0.4, full * 1.4, WARM_UP, end - minutes(6)), constant(full * 0.3)),
          {
            ...built.voice,
            runtime: 'haproxy',
            logFormat: 'plain',
          },
        ),
        ...built.background.map((each) => ({ ...each, service: each.service + 1 })),
      ],
      settings: { portRange: built.range },
      labels: {
        verdict: 'exhaustion',
        incidents: [
          {
            ...hostIncident(built.hosts[0]?.address ?? '', {
              causes: ['unknown', 'churn', 'growth'],
              services: [0],
              culprits: [0],
              onsetSecond: WARM_UP,
              endSecond: end + 60,
            }),
            hidden: ['destination', 'ramp'],
          },
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
