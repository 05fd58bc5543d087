import type { Scenario } from '../scenario.ts';
import { constant, plus, pulses } from '../timeline.ts';
import type { World } from '../world.ts';
import { calmLabels, destination, minutes, service, workload, world } from './kit.ts';
import { shop, towardsPartner } from './shop.ts';

const label = (...ruledOut: readonly string[]): World['labels'] => ({ ...calmLabels, verdict: 'look-alike', ruledOut });

export const knocking: Scenario = {
  name: 'knocking',
  class: 'look-alike-knocking',
  flowLevel: 'nat',
  title: 'The internet scans the gateway’s own addresses, and the hosts’',
  mechanism:
    'SYNs from anywhere reach the gateway’s interface, where the flow log says ACCEPT, and hosts whose security groups ' +
    'REJECT them. They look like clients whose attempts nothing answers; no port of the gateway is ever asked for.',
  draw(random) {
    const built = shop(random);
    const waves = plus(
      constant(random.between(0.5, 2)),
      pulses(random.between(8, 20), minutes(30), minutes(4), minutes(11)),
    );
    return world({
      ...built,
      durationSeconds: minutes(90),
      gateways: [built.gateway],
      strangers: [
        { at: { kind: 'gateway', index: 0 }, knocksPerSecond: waves },
        { at: { kind: 'host', index: 0 }, knocksPerSecond: constant(0.5) },
      ],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * random.between(0.3, 0.5))),
        ...built.background,
      ],
      labels: label(),
    });
  },
};

export const forbidden: Scenario = {
  name: 'forbidden',
  class: 'look-alike-forbidden',
  flowLevel: 'vpc',
  title: 'A security group stops letting a service out',
  mechanism:
    'Someone narrows an egress rule. The host’s SYNs are rejected at its own interface: clients log the timeouts of a full ' +
    'gateway, but nothing of it ever reaches the gateway, and other services go on.',
  draw(random) {
    const built = shop(random);
    const mail = built.services.length;
    const from = minutes(random.integer(35, 45));
    const to = from + minutes(15);
    return world({
      ...built,
      services: [
        ...built.services,
        service('mail', [destination('192.0.2.25', 587)], {
          state: (second) => (second >= from && second < to ? 'forbidden' : 'answers'),
        }),
      ],
      durationSeconds: minutes(80),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.4)),
        workload('mail', built.billing, mail, constant(built.fullRate(5) * 0.2), {
          runtime: built.runtime,
          logFormat: built.logFormat,
        }),
        ...built.background,
      ],
      labels: label('rejected-by-rule', 'destination-unreachable', 'timeouts-without-nat-errors', 'server-down'),
    });
  },
};
