import type { Scenario } from '../scenario.ts';
import { steps } from '../timeline.ts';
import { hostIncident, minutes, workload, world } from './kit.ts';
import { vpcHosts } from './vpc-hosts.ts';

export const hostNarrowRange: Scenario = {
  name: 'host-narrow-range',
  class: 'host-narrow-range',
  flowLevel: 'vpc',
  title: 'A sysctl leaves a handful of ephemeral ports, and ordinary traffic fails',
  mechanism:
    'net.ipv4.ip_local_port_range is a few ports wide on one instance. A new feature brings the first connections that are ' +
    'not pooled: a rate no one would call high fails at once, on that instance only.',
  draw(random) {
    const low = 32_000;
    const size = random.pick([16, 32, 64]);
    const built = vpcHosts(random, 'worker', { range: { low, high: low + size - 1 } });
    const onset = minutes(25);
    const end = onset + minutes(15);
    const rate = Math.max(1, built.fullRate(60) * random.between(2, 4));
    const wide = { low: 32_768, high: 60_999 };
    const all = built.hosts.map((host, index) => (index === 0 ? host : { ...host, range: wide }));
    return world({
      hosts: all,
      services: built.services,
      durationSeconds: end + minutes(8),
      workloads: [
        workload('worker', [0], 0, steps(0.05, [onset, rate], [end, 0.05]), built.voice),
        workload('worker', [1, 2], 0, steps(0.1, [onset, rate * 2], [end, 0.1]), built.voice),
      ],
      settings: { portRangeByAddress: { [all[0]?.address ?? '']: built.range } },
      labels: {
        verdict: 'exhaustion',
        incidents: [
          hostIncident(all[0]?.address ?? '', {
            causes: ['capacity', 'churn'],
            services: [0],
            culprits: [0],
            onsetSecond: onset,
            endSecond: end + 60,
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
