import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { destination, hosts, minutes, natIncident, pool, service, workload, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

export const natBulkDecoy: Scenario = {
  name: 'nat-bulk-decoy',
  class: 'nat-bulk-decoy',
  flowLevel: 'nat',
  title: 'A backup moves most of the bytes and a chatty feed writes most of the records; neither takes the ports',
  mechanism:
    'A nightly backup streams gigabytes over a few connections from one host, and a market feed keeps a few hundred ' +
    'connections over many addresses busy enough for a record a minute each. Meanwhile small requests of checkout fill the budget.',
  draw(random) {
    const built = shop(random);
    const extra = [...hosts(41, 1, 'backup', { platform: 'ec2' }), ...hosts(42, 1, 'feed', { platform: 'ec2' })];
    const backup = built.hosts.length;
    const store = built.services.length;
    const rampEnd = WARM_UP + minutes(random.integer(25, 90));
    const end = rampEnd + minutes(8);
    const full = built.fullRate(0.2);
    return world({
      ...built,
      hosts: [...built.hosts, ...extra],
      services: [
        ...built.services,
        service('store', [destination('192.0.2.150')], { latencyMs: constant(90_000) }),
        service('feed', [destination('192.0.2.160'), destination('192.0.2.161')]),
      ],
      durationSeconds: end + minutes(8),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(
          built,
          'checkout',
          built.checkout,
          until(end, ramp(full * 0.25, full * 1.3, WARM_UP, rampEnd), constant(full * 0.25)),
          {
            requestBytes: 200,
            responseBytes: 500,
          },
        ),
        workload('backup', [backup], store, constant(0.1), { runtime: null, responseBytes: 3_000_000_000 }),
        workload('feed', [backup + 1], store + 1, constant(0), {
          ...pool(constant(built.capacity * 0.9), 3600, 2),
          runtime: null,
        }),
        ...built.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['churn', 'growth'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: end + minutes(1),
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
