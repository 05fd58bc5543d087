import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { daily, plus, pulses, times, constant } from '../timeline.ts';
import type { World } from '../world.ts';
import { calmLabels, world } from './kit.ts';
import { shop, towardsPartner } from './shop.ts';

const DAY = 86_400;

/** A daily cycle whose peak takes up to half of the budget, hourly batch runs, and the errors of ordinary life. */
function draw(random: Random, days: number): World {
  const built = shop(random, { portsPerAddress: random.pick([160, 200, 240]) });
  const full = built.fullRate(0.3);
  const cycle = times(daily(0.25, 14 * 3600, 0.6), constant(full * random.between(0.3, 0.4)));
  const batches = pulses(full * 0.1, 3600, random.integer(60, 240), random.integer(0, 3599));
  return world({
    ...built,
    durationSeconds: days * DAY,
    gateways: [built.gateway],
    workloads: [towardsPartner(built, 'orders', built.orders, plus(cycle, batches)), ...built.background],
    chatter: built.billing.map((host) => ({
      host,
      logGroup: null,
      logFormat: built.logFormat,
      linesPerSecond: constant(0.002),
      line: (random_) => ({ level: 'error', message: random_.pick(ORDINARY_ERRORS) }),
    })),
    labels: calmLabels,
  });
}

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
  draw: (random) => draw(random, 1),
};

export const calmWeek: Scenario = {
  name: 'calm-week',
  class: 'calm-week',
  flowLevel: 'nat',
  title: 'A week in which nothing is wrong',
  mechanism: 'Seven days and a quieter weekend; traffic peaks at about half of the budget; batches run on the hour.',
  draw: (random) => draw(random, 7),
};
