import type { Scenario } from '../scenario.ts';
import { constant } from '../timeline.ts';
import { calmLabels, minutes, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

export const serverDown: Scenario = {
  name: 'server-down',
  class: 'look-alike-server-down',
  flowLevel: 'nat',
  title: 'The partner’s servers stop answering: timeouts everywhere, ports to spare',
  mechanism:
    'SYNs leave the gateway and nothing comes back. Clients log the very timeouts of a full gateway, attempts outrun ' +
    'established connections, but no allocation fails and every attempt has an egress leg.',
  draw(random) {
    const built = shop(random);
    const down = minutes(random.integer(35, 45));
    const back = down + minutes(random.integer(10, 20));
    const services = built.services.map((service, index) =>
      index === PARTNER
        ? {
            ...service,
            state: (second: number) => (second >= down && second < back ? ('silent' as const) : ('answers' as const)),
          }
        : service,
    );
    return world({
      ...built,
      services,
      durationSeconds: minutes(90),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(5) * random.between(0.2, 0.35))),
        ...built.background,
      ],
      labels: { ...calmLabels, verdict: 'look-alike', ruledOut: ['server-down', 'peer-not-answering'] },
    });
  },
};
