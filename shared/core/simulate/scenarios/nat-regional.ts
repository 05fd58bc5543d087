import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import type { World } from '../world.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, towardsPartner } from './shop.ts';
import { regionalShops } from './zones.ts';

const WARM_UP = minutes(25);

/** Demand grows in the zones of `culprits` until their addresses are full; the others go on as they were. */
function draw(random: Random, culprits: (zone: number) => boolean): World {
  const zones = regionalShops(random, 3, { addressCount: random.pick([1, 2]) });
  const [gateway] = zones.gateways;
  const peak = WARM_UP + minutes(random.integer(30, 80));
  const fixed = peak + minutes(8);
  return world({
    ...zones,
    durationSeconds: fixed + minutes(10),
    workloads: [
      ...zones.shops.map((built, zone) => {
        const full = built.fullRate(0.25);
        const base = full * random.between(0.3, 0.4);
        const grows = until(fixed, ramp(base, full * 1.35, WARM_UP, peak), constant(base));
        return towardsPartner(built, 'orders', built.orders, culprits(zone) ? grows : constant(base));
      }),
      ...zones.background,
    ],
    labels: {
      verdict: 'exhaustion',
      incidents: [
        natIncident(gateway?.id ?? '', {
          causes: ['churn', 'growth'],
          services: [PARTNER],
          culprits: zones.shops.flatMap((_, zone) => (culprits(zone) ? [zone] : [])),
          onsetSecond: WARM_UP,
          endSecond: fixed + minutes(1),
        }),
      ],
      ruledOut: [],
      alsoTrue: ['connection-rate-spike'],
    },
  });
}

export const natRegional: Scenario = {
  name: 'nat-regional',
  class: 'nat-regional',
  flowLevel: 'nat',
  flowFormat: 'nat16',
  title: 'A regional NAT gateway whose load grows in every zone',
  mechanism:
    'One gateway for the VPC, with addresses in each of three zones; flow records name it only as resource. Requests grow ' +
    'everywhere until the addresses of every zone are full towards the partner.',
  draw: (random) => draw(random, () => true),
};

export const natRegionalZone: Scenario = {
  name: 'nat-regional-zone',
  class: 'nat-regional-zone',
  flowLevel: 'nat',
  flowFormat: 'nat16',
  title: 'A regional NAT gateway that runs out in one zone of three',
  mechanism:
    'A zone goes out by its own addresses only. Load grows in one zone until its addresses are full towards the partner; ' +
    'over the whole gateway not even two thirds of the ports are in use.',
  draw(random) {
    const culprit = random.integer(0, 2);
    return draw(random, (zone) => zone === culprit);
  },
};
