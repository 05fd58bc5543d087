import type { Scenario } from '../scenario.ts';
import { constant, ramp, until } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

const WARM_UP = minutes(15);

export const natFullSize: Scenario = {
  name: 'nat-full-size',
  class: 'nat-full-size',
  flowLevel: 'nat',
  title: 'A gateway of AWS’s own size: 55,000 ports, and an upstream that slows down under 300 connections a second',
  mechanism:
    'The documented limit, unscaled. Requests arrive at a steady few hundred a second; the partner’s answers take ever ' +
    'longer until rate × (latency + hold) reaches 55,000.',
  draw(random) {
    const built = shop(random, { portsPerAddress: 55_000 });
    const rate = random.between(260, 340);
    const slowMs = (55_000 / rate - built.gateway.holdSeconds) * 1000 * 1.35;
    const slowed = WARM_UP + minutes(22);
    const fixed = slowed + minutes(5);
    const services = built.services.map((service, index) =>
      index === PARTNER
        ? { ...service, latencyMs: until(fixed, ramp(300, slowMs, WARM_UP, slowed), constant(300)) }
        : service,
    );
    return world({
      ...built,
      services,
      durationSeconds: fixed + minutes(6),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(rate), { successLogShare: 0.002 }),
        ...built.background.map((each) => ({ ...each, arrivalsPerSecond: constant(3) })),
      ],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['hold'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: WARM_UP,
            endSecond: fixed + minutes(4),
          }),
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
