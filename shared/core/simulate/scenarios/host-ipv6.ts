import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { destination, hostIncident, hosts, LINUX_RANGE, minutes, RUNTIMES, service, workload, world } from './kit.ts';

const WARM_UP = minutes(20);

export const hostIpv6: Scenario = {
  name: 'host-ipv6',
  class: 'host-ipv6',
  flowLevel: 'vpc',
  title: 'Machines in an IPv6-only subnet run out of ports towards an internal service',
  mechanism:
    'IPv6 has addresses to spare and ports as few as ever: a connection per request from one address to one address and ' +
    'port leaves TIME_WAIT behind as IPv4 does. No NAT is involved.',
  draw(random) {
    const range = { low: random.pick([60_500, 60_300, 60_100]), high: LINUX_RANGE.high };
    const all = hosts(1, 3, 'gateway', { platform: 'ec2', range }).map((host, index) => ({
      ...host,
      address: `2600:1f18:147c:7f0${index}::a${index}`,
    }));
    const full = (range.high - range.low + 1) / 60.2;
    const peak = WARM_UP + minutes(random.integer(25, 70));
    const end = peak + minutes(6);
    const voice = { runtime: random.pick(RUNTIMES), logFormat: random.pick(['json', 'plain'] as const), gateway: null };
    return world({
      hosts: all,
      services: [
        service('catalogue', [destination('2600:1f18:147c:7f10::b1', 8080)], {
          interfaceId: 'eni-0d00d00d00d00d001',
          roundTripMs: 1,
        }),
      ],
      durationSeconds: end + minutes(8),
      workloads: [
        workload(
          'gateway',
          [0],
          0,
          until(end, ramp(full * 0.3, full * 1.3, WARM_UP, peak), constant(full * 0.3)),
          voice,
        ),
        workload('gateway', [1, 2], 0, constant(full * 0.4), voice),
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
