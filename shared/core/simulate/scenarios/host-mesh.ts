import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { destination, hostIncident, hosts, LINUX_RANGE, minutes, pool, service, workload, world } from './kit.ts';

const WARM_UP = minutes(20);

export const hostMesh: Scenario = {
  name: 'host-mesh',
  class: 'host-mesh',
  flowLevel: 'vpc',
  title: 'The mesh’s tunnel proxy owns the sockets; the message client behind it complains',
  mechanism:
    'Pods speak to the broker through the node’s tunnel proxy. The proxy opens and closes a connection of its own per ' +
    'request and runs out of ports towards the broker; the clients, who hold a few quiet connections, log disconnects.',
  draw(random) {
    const range = { low: random.pick([60_500, 60_300, 60_100]), high: LINUX_RANGE.high };
    const proxy = hosts(1, 1, 'ztunnel', { platform: 'ec2', range });
    const pods = hosts(11, 4, 'emqx', { range });
    const all = [...proxy, ...pods];
    const indices = pods.map((_, index) => index + 1);
    const full = (range.high - range.low + 1) / 60.1;
    const rampEnd = WARM_UP + minutes(random.integer(15, 90));
    const end = rampEnd + minutes(6);
    const disconnects = (second: number): number => (second > rampEnd ? 0.8 : 0.01);
    return world({
      hosts: all,
      services: [
        service('broker', [destination('10.0.1.220', 9092)], {
          interfaceId: 'eni-0d00d00d00d00d004',
          roundTripMs: 1,
          latencyMs: constant(100),
        }),
        service('tunnel', [destination('10.0.1.11', 15_008)], { roundTripMs: 1 }),
      ],
      durationSeconds: end + minutes(8),
      workloads: [
        workload('ztunnel', [0], 0, until(end, ramp(full * 0.3, full * 1.3, WARM_UP, rampEnd), constant(full * 0.3)), {
          gateway: null,
          runtime: 'rust',
          logFormat: 'plain',
          successLogShare: 0,
        }),
        workload('emqx', indices, 1, constant(0), { gateway: null, runtime: null, ...pool(constant(80), 3600, 10) }),
      ],
      chatter: indices.map((host) => ({
        host,
        logGroup: null,
        logFormat: 'plain',
        linesPerSecond: disconnects,
        line: () => ({
          level: 'warn',
          message: 'kafka_client: connection to broker lost: closed by peer, reconnecting',
        }),
      })),
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
