import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { constant, daily, plus, pulses, times } from '../timeline.ts';
import type { Workload, World } from '../world.ts';
import { calmLabels, pool, world } from './kit.ts';
import { shop, towardsPartner } from './shop.ts';

const DAY = 86_400;

/**
 * A daily cycle, hourly batch runs, and the errors of ordinary life. `pooled` is how much of the budget's use is by quiet
 * keep-alive connections instead of churn: weeks of pure churn would be millions of records that say the same.
 */
function draw(random: Random, days: number, pooled: number): World {
  const built = shop(random, { portsPerAddress: random.pick([160, 200, 240]) });
  const full = built.fullRate(0.3);
  const peak = random.between(0.3, 0.4);
  const cycle = daily(0.25, 14 * 3600, 0.6);
  const churn = times(cycle, constant(full * peak * (1 - pooled)));
  const batches = pulses(full * 0.1, 3600, random.integer(60, 240), random.integer(0, 3599));
  const standing = times(cycle, constant(built.capacity * peak * pooled));
  return world({
    ...built,
    durationSeconds: days * DAY,
    gateways: [built.gateway],
    workloads: [
      towardsPartner(built, 'orders', built.orders, plus(churn, batches)),
      towardsPartner(built, 'checkout', built.checkout, constant(0), pool(standing, 5400, 240)),
      ...built.background.map((each) => quieter(each, pooled)),
    ],
    chatter: built.billing.map((host) => ({
      host,
      logGroup: null,
      logFormat: built.logFormat,
      linesPerSecond: constant(0.002),
      line: (drawn) => ({ level: 'error', message: drawn.pick(ORDINARY_ERRORS) }),
    })),
    labels: calmLabels,
  });
}

/** Over a week, the traffic beside it is thinned out like the rest. */
const quieter = (each: Workload, pooled: number): Workload => ({
  ...each,
  arrivalsPerSecond: times(each.arrivalsPerSecond, constant(1 - pooled)),
  style: each.style.kind === 'pool' && pooled > 0 ? { ...each.style, everySeconds: 300 } : each.style,
});

const ORDINARY_ERRORS = [
  'connect ECONNREFUSED 10.0.1.77:5432',
  'read ECONNRESET',
  'getaddrinfo ENOTFOUND api.internal.example',
  'request to payment provider timed out after 30000 ms',
  'listen EADDRINUSE: address already in use :::9229',
] as const;

export const calmDay: Scenario = {
  name: 'calm-day',
  class: 'calm',
  flowLevel: 'nat',
  title: 'A day in which nothing is wrong',
  mechanism: 'Traffic follows the day and peaks at about half of the budget; batches run on the hour.',
  draw: (random) => draw(random, 1, 0),
};

export const calmWeek: Scenario = {
  name: 'calm-week',
  class: 'calm-week',
  flowLevel: 'nat',
  title: 'A week in which nothing is wrong',
  mechanism: 'Seven days and a quieter weekend; traffic peaks at about half of the budget; batches run on the hour.',
  draw: (random) => draw(random, 7, 0.7),
};
