import type { Scenario } from '../scenario.ts';
import type { Random } from '../random.ts';
import { constant, ramp, until } from '../timeline.ts';
import type { World } from '../world.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(25);

/** Demand grows in a straight line from a third of the budget past its end, then falls back. */
function draw(random: Random, rampMinutes: number): World {
  const built = shop(random, { addressCount: random.pick([1, 1, 2]) });
  const full = built.fullRate(0.25);
  const peak = WARM_UP + minutes(rampMinutes);
  const fixed = peak + minutes(8);
  const base = full * random.between(0.25, 0.4);
  const top = full * random.between(1.25, 1.5);
  return world({
    ...built,
    durationSeconds: fixed + minutes(10),
    gateways: [built.gateway],
    workloads: [
      towardsPartner(built, 'checkout', built.checkout, until(fixed, ramp(base, top, WARM_UP, peak), constant(base))),
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
          endSecond: fixed + built.gateway.holdSeconds,
        }),
      ],
      ruledOut: [],
      alsoTrue: ['connection-rate-spike'],
    },
  });
}

const MECHANISM =
  'Checkout opens a connection per request and closes it first. Its requests grow in a straight line until the ' +
  'gateway has given every port towards the partner away: (rate × (lifetime + hold)) passes the budget.';

export const natChurnLongRamp: Scenario = {
  name: 'nat-churn-long-ramp',
  class: 'nat-churn-long-ramp',
  flowLevel: 'nat',
  title: 'New connections grow for an hour and a half until the NAT gateway is full',
  mechanism: MECHANISM,
  draw: (random) => draw(random, random.integer(75, 110)),
};

export const natChurnMediumRamp: Scenario = {
  name: 'nat-churn-medium-ramp',
  class: 'nat-churn-medium-ramp',
  flowLevel: 'nat',
  title: 'New connections grow for half an hour until the NAT gateway is full',
  mechanism: MECHANISM,
  draw: (random) => draw(random, random.integer(25, 40)),
};

export const natChurnShortRamp: Scenario = {
  name: 'nat-churn-short-ramp',
  class: 'nat-churn-short-ramp',
  flowLevel: 'nat',
  title: 'New connections grow within minutes until the NAT gateway is full',
  mechanism: MECHANISM,
  draw: (random) => draw(random, random.integer(9, 15)),
};
