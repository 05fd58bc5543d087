import type { Scenario } from '../scenario.ts';
import { constant, ramp } from '../timeline.ts';
import { destination, hosts, minutes, natIncident, pool, service, workload, world } from './kit.ts';
import { shop } from './shop.ts';

const WARM_UP = minutes(25);

export const natManyNames: Scenario = {
  name: 'nat-many-names',
  class: 'nat-many-names',
  flowLevel: 'nat',
  title: 'Hundreds of host names with a pool each, all on the same two addresses',
  mechanism:
    'The app keeps a keep-alive pool per shop host name. All names resolve to the same two addresses, so well-behaved ' +
    'pools add up to more long-lived connections than the gateway has ports towards them. More instances bring more pools.',
  draw(random) {
    const built = shop(random);
    const apps = hosts(31, 4, 'storefront');
    const indices = apps.map((_, index) => built.hosts.length + index);
    const names = Array.from({ length: 200 }, (_, index) => `shop-${index + 1}.shops.example`);
    const shops = built.services.length;
    const budget = built.capacity * 2;
    const grown = WARM_UP + minutes(random.integer(30, 100));
    const end = grown + minutes(12);
    const connections = ramp(budget * 0.35, budget * 1.2, WARM_UP, grown);
    return world({
      ...built,
      hosts: [...built.hosts, ...apps],
      services: [
        ...built.services,
        service('shops', [destination('203.0.113.30'), destination('203.0.113.31')], { hostNames: names }),
      ],
      durationSeconds: end,
      gateways: [built.gateway],
      workloads: [
        workload('storefront', indices, shops, constant(0), {
          ...pool(connections, 1800, random.pick([15, 30])),
          runtime: random.pick(['ruby', 'node', 'java']),
          logFormat: built.logFormat,
        }),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['growth', 'hold', 'leak'],
            services: [shops],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: end,
          }),
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
