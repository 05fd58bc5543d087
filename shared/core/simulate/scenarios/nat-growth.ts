import type { Scenario } from '../scenario.ts';
import { ramp, times, daily } from '../timeline.ts';
import { minutes, natIncident, world } from './kit.ts';
import { PARTNER, shop, towardsPartner } from './shop.ts';

export const natGrowth: Scenario = {
  name: 'nat-growth',
  class: 'nat-growth',
  flowLevel: 'nat',
  title: 'Traffic grows over most of a day until the afternoon no longer fits',
  mechanism:
    'Demand doubles over ten hours on top of the day’s cycle. No deployment, no burst: the afternoon’s peak passes the ' +
    'budget by little and stays there into the evening.',
  draw(random) {
    const built = shop(random, { portsPerAddress: random.pick([200, 250]) });
    const full = built.fullRate(0.3);
    const duration = minutes(600);
    const peakSecond = minutes(480);
    const load = times(daily(0.5, peakSecond), ramp(full * 0.7, full * random.between(1.15, 1.25), 0, peakSecond));
    return world({
      ...built,
      durationSeconds: duration,
      gateways: [built.gateway],
      workloads: [towardsPartner(built, 'orders', built.orders, load), ...built.background],
      labels: {
        verdict: 'exhaustion',
        incidents: [
          natIncident(built.gateway.id, {
            causes: ['growth', 'churn'],
            services: [PARTNER],
            culprits: [0],
            onsetSecond: 0,
            endSecond: duration,
          }),
        ],
        ruledOut: [],
        alsoTrue: [],
      },
    });
  },
};
