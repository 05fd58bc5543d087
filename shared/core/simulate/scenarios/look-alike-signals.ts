import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import type { World } from '../world.ts';
import { calmLabels, minutes, pool, workload, world } from './kit.ts';
import { shop, towardsPartner } from './shop.ts';

const label = (...ruledOut: readonly string[]): World['labels'] => ({ ...calmLabels, verdict: 'look-alike', ruledOut });

export const errorBaseline: Scenario = {
  name: 'error-baseline',
  class: 'look-alike-error-baseline',
  flowLevel: 'nat',
  title: 'The gateway reports a few allocation errors every minute, and always has',
  mechanism:
    'Some gateways show a small constant ErrorPortAllocation. The retransmitted SYN gets through a second later; no ' +
    'program notices, and utilisation is low.',
  draw(random) {
    const built = shop(random, { baselineErrorsPerMinute: random.between(1, 4), portsPerAddress: 400 });
    return world({
      ...built,
      durationSeconds: minutes(240),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.3)),
        ...built.background,
      ],
      labels: label('steady-allocation-errors', 'error-baseline'),
    });
  },
};

export const skipDataGap: Scenario = {
  name: 'skip-data-gap',
  class: 'look-alike-skip-data',
  flowLevel: 'nat',
  title: 'The flow log loses most records of a quarter of an hour and says so',
  mechanism:
    'AWS skips records of a busy interface and writes SKIPDATA. Replies and egress legs of healthy connections are ' +
    'missing at random: opens look unanswered that were not.',
  draw(random) {
    const built = shop(random);
    const from = minutes(random.integer(40, 50));
    return world({
      ...built,
      durationSeconds: minutes(90),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.5)),
        ...built.background,
      ],
      flowTroubles: [
        {
          kind: 'skip-data',
          interfaceId: built.gateway.interfaceId,
          startSecond: from,
          endSecond: from + minutes(15),
          share: random.between(0.4, 0.8),
        },
      ],
      labels: label(),
    });
  },
};

export const busyHealthyNat: Scenario = {
  name: 'busy-healthy-nat',
  class: 'look-alike-busy-nat',
  flowLevel: 'nat',
  title: 'A busy gateway reuses its ports quickly and touches nearly all of them',
  mechanism:
    'Steady churn at about three fifths of the budget. Over a few minutes almost every port number has been seen towards ' +
    'the destination, because freed ports are given out again; at no moment are more than three fifths in use.',
  draw(random) {
    const built = shop(random);
    return world({
      ...built,
      durationSeconds: minutes(120),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * random.between(0.55, 0.65))),
        ...built.background,
      ],
      labels: label(),
    });
  },
};

export const deployReconnect: Scenario = {
  name: 'deploy-reconnect',
  class: 'look-alike-deploy',
  flowLevel: 'nat',
  title: 'A deployment makes every pool reconnect at once',
  mechanism:
    'All keep-alive connections of a service are closed and opened anew within seconds. For a minute the old ports are ' +
    'held next to the new ones: a spike of new connections to three fifths of the budget that is over by itself.',
  draw(random) {
    const built = shop(random);
    const deploys = [minutes(40), minutes(70)];
    return world({
      ...built,
      durationSeconds: minutes(100),
      gateways: [built.gateway],
      workloads: [
        workload('orders', built.orders, 0, constant(0), {
          ...pool(constant(built.capacity * 0.3), 7200, 10),
          runtime: built.runtime,
          logFormat: built.logFormat,
          restartsAt: deploys,
        }),
        towardsPartner(built, 'checkout', built.checkout, steps(built.fullRate(0.3) * 0.05)),
        ...built.background,
      ],
      labels: { ...label(), alsoTrue: ['connection-rate-spike'] },
    });
  },
};
