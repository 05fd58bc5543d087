import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, towardsPartner } from './shop.ts';
import { zonedShops } from './zones.ts';

const WARM_UP = minutes(25);

export const natOneOfThree: Scenario = {
  name: 'nat-one-of-three',
  class: 'nat-one-of-three',
  flowLevel: 'nat',
  title: 'Three zones with a NAT gateway each; an uneven load fills one of them',
  mechanism:
    'The same services run in three zones, each behind a gateway of its own. A scheduler places a growing job in one zone ' +
    'only: that gateway runs out towards the partner, while the two others, with the very same destinations, stay calm.',
  draw(random) {
    const zones = zonedShops(random, 3);
    const culprit = random.integer(0, 2);
    const peak = WARM_UP + minutes(random.integer(30, 80));
    const fixed = peak + minutes(8);
    return world({
      ...zones,
      durationSeconds: fixed + minutes(10),
      workloads: [
        ...zones.shops.map((built, index) => {
          const full = built.fullRate(0.25);
          const base = full * random.between(0.3, 0.45);
          const load =
            index === culprit ? until(fixed, ramp(base, full * 1.35, WARM_UP, peak), constant(base)) : constant(base);
          return towardsPartner(built, 'orders', built.orders, load, { gateway: index });
        }),
        ...zones.background,
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(zones.gateways[culprit]?.id ?? '', {
            causes: ['churn', 'growth'],
            services: [PARTNER],
            culprits: [culprit],
            onsetSecond: WARM_UP,
            endSecond: fixed + minutes(1),
          }),
        ],
        ruledOut: [],
        alsoTrue: ['connection-rate-spike'],
      },
    });
  },
};
