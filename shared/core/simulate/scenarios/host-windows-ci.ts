import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import { destination, hostIncident, hosts, minutes, service, workload, world } from './kit.ts';

const ONSET = minutes(25);

export const hostWindowsCi: Scenario = {
  name: 'host-windows-ci',
  class: 'host-windows-ci',
  flowLevel: 'vpc',
  title: 'One test on a Windows build machine leaves TIME_WAIT everywhere; other steps fail',
  mechanism:
    'Windows shares its dynamic ports between all destinations and keeps TIME_WAIT for two minutes. A test that opens ' +
    'thousands of connections to a local registry takes them all; the package download next to it reports WSAEADDRINUSE.',
  draw(random) {
    const range = { low: 49_152, high: 49_152 + random.pick([1023, 2047]) };
    const all = hosts(1, 1, 'build', { platform: 'ec2', system: 'windows', timeWaitSeconds: 120, range });
    const size = range.high - range.low + 1;
    const end = ONSET + minutes(8);
    const voice = { gateway: null, runtime: 'dotnet', logFormat: 'plain' } as const;
    return world({
      hosts: all,
      services: [
        service('registry', [destination('10.0.1.200', 5000)], {
          interfaceId: 'eni-0d00d00d00d00d001',
          roundTripMs: 1,
          latencyMs: constant(20),
        }),
        service('packages', [destination('10.0.1.210', 443)], { interfaceId: 'eni-0d00d00d00d00d003', roundTripMs: 2 }),
      ],
      durationSeconds: end + minutes(10),
      workloads: [
        workload('test', [0], 0, steps(0.2, [ONSET, (size / 120) * random.between(1.4, 2)], [end, 0.2]), {
          ...voice,
          runtime: null,
        }),
        workload('restore', [0], 1, constant(0.7), voice),
      ],
      settings: { portRange: range },
      labels: {
        verdict: 'exhaustion',
        incidents: [
          hostIncident(all[0]?.address ?? '', {
            causes: ['churn'],
            services: [0],
            culprits: [0],
            onsetSecond: ONSET,
            endSecond: end + minutes(2),
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
