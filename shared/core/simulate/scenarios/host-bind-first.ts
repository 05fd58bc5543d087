import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { destination, hostIncident, hosts, LINUX_RANGE, minutes, service, workload, world } from './kit.ts';

const WARM_UP = minutes(20);

export const hostBindFirst: Scenario = {
  name: 'host-bind-first',
  class: 'host-bind-first',
  flowLevel: 'vpc',
  title: 'A proxy binds its source address first, so all destinations share one range',
  mechanism:
    'The proxy sets a source address (proxy_bind, upstream_bind_config, localAddress) without IP_BIND_ADDRESS_NO_PORT: ' +
    'bind() must find a port that is free towards every destination. Ten upstreams give no relief; bind fails with EADDRINUSE.',
  draw(random) {
    const range = { low: random.pick([60_500, 60_300, 60_100]), high: LINUX_RANGE.high };
    const all = hosts(1, 2, 'edge', { platform: 'ec2', range });
    const full = (range.high - range.low + 1) / 60.1;
    const rampSeconds = minutes(random.integer(15, 90));
    const end = WARM_UP + rampSeconds + minutes(6);
    const upstreams = Array.from({ length: 10 }, (_, index) => destination(`10.0.1.${200 + index}`, 8080));
    const load = until(end, ramp(full * 0.3, full * 1.3, WARM_UP, WARM_UP + rampSeconds), constant(full * 0.3));
    return world({
      hosts: all,
      services: [service('upstreams', upstreams, { roundTripMs: 1, latencyMs: constant(80) })],
      durationSeconds: end + minutes(8),
      workloads: [
        workload('edge', [0], 0, load, {
          gateway: null,
          bindsFirst: true,
          runtime: random.pick(['nginx', 'node', 'go'] as const),
          logFormat: 'plain',
        }),
      ],
      settings: { portRange: range },
      labels: {
        verdict: 'exhaustion',
        incidents: [
          hostIncident(all[0]?.address ?? '', {
            causes: ['churn', 'growth'],
            services: [0],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: end + 60,
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
