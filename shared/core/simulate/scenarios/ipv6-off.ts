import type { Scenario } from '../scenario.ts';
import { constant } from '../timeline.ts';
import { calmLabels, minutes, world } from './kit.ts';
import { shop, towardsPartner } from './shop.ts';

const TEXTS = [
  'upstream call failed: connect EADDRNOTAVAIL ::1:9000 - Local (:::0)',
  'dial tcp [::1]:9000: connect: cannot assign requested address',
  'Could not connect to Redis at ::1:6379: Cannot assign requested address',
] as const;

export const ipv6Off: Scenario = {
  name: 'ipv6-off',
  class: 'look-alike-ipv6-off',
  flowLevel: 'nat',
  title: 'IPv6 is switched off, and a client tries ::1 first',
  mechanism:
    'localhost resolves to ::1 first, IPv6 is disabled in the container, and connect() says EADDRNOTAVAIL at once; the ' +
    'program then succeeds over IPv4. A steady trickle in proportion to requests; no port is short.',
  draw(random) {
    const built = shop(random);
    const line = random.pick(TEXTS);
    return world({
      ...built,
      durationSeconds: minutes(90),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.3)),
        ...built.background,
      ],
      chatter: built.checkout.map((host) => ({
        host,
        logGroup: null,
        logFormat: built.logFormat,
        linesPerSecond: constant(random.between(0.05, 0.5)),
        line: () => ({ level: 'error', message: line }),
      })),
      labels: { ...calmLabels, verdict: 'look-alike', ruledOut: ['ipv6-off'] },
    });
  },
};
