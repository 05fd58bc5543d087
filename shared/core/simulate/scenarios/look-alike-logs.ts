import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { constant, type Timeline } from '../timeline.ts';
import type { Chatter, World } from '../world.ts';
import { calmLabels, minutes, world } from './kit.ts';
import { shop, towardsPartner, type Shop } from './shop.ts';

/** A healthy shop in which one service says something alarming. */
function saying(
  random: Random,
  linesPerSecond: Timeline,
  texts: readonly string[],
  ruledOut: readonly string[],
  hostsOf: (built: Shop) => readonly number[] = (built) => built.checkout,
): World {
  const built = shop(random);
  const text = random.pick(texts);
  const chatter = hostsOf(built).map((host): Chatter => ({
    host,
    logGroup: null,
    logFormat: text.startsWith('20') || text.includes('[emerg]') ? 'plain' : built.logFormat,
    linesPerSecond,
    line: () => ({ level: 'error', message: text }),
  }));
  return world({
    ...built,
    durationSeconds: minutes(90),
    gateways: [built.gateway],
    workloads: [
      towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.3)),
      ...built.background,
    ],
    chatter,
    labels: { ...calmLabels, verdict: 'look-alike', ruledOut },
  });
}

export const ipv6Off: Scenario = {
  name: 'ipv6-off',
  class: 'look-alike-ipv6-off',
  flowLevel: 'nat',
  title: 'IPv6 is switched off, and a client tries ::1 first',
  mechanism:
    'localhost resolves to ::1 first, IPv6 is disabled in the container, and connect() says EADDRNOTAVAIL at once; the ' +
    'program then succeeds over IPv4. A steady trickle in proportion to requests; no port is short.',
  draw: (random) =>
    saying(
      random,
      constant(random.between(0.05, 0.5)),
      [
        'upstream call failed: connect EADDRNOTAVAIL ::1:9000 - Local (:::0)',
        'dial tcp [::1]:9000: connect: cannot assign requested address',
        'Could not connect to Redis at ::1:6379: Cannot assign requested address',
      ],
      ['ipv6-off', 'connect-mistake', 'steady-trickle'],
    ),
};

export const bindMistake: Scenario = {
  name: 'bind-mistake',
  class: 'look-alike-bind-mistake',
  flowLevel: 'nat',
  title: 'A server cannot bind its listening address and restarts in a loop',
  mechanism:
    'A second copy starts on a taken port, or is told to listen on an address that the machine does not have. Every ' +
    'restart logs EADDRINUSE or EADDRNOTAVAIL a few times within seconds; no outgoing connection is involved.',
  draw(random) {
    const period = random.integer(20, 60);
    return saying(
      random,
      (second) => (second > minutes(30) && second % period < 3 ? 1.5 : 0),
      [
        'Error: listen EADDRINUSE: address already in use :::8080',
        'Error: listen EADDRNOTAVAIL: address not available 203.0.113.77:8080',
        '[emerg] 1928#1928: bind() to 203.0.113.77:80 failed (99: Cannot assign requested address)',
        'listen tcp :3000: bind: address already in use',
      ],
      ['bind-mistake'],
    );
  },
};

export const tupleCollision: Scenario = {
  name: 'tuple-collision',
  class: 'look-alike-tuple-collision',
  flowLevel: 'nat',
  title: 'A proxy that keeps its clients’ source ports sometimes meets its own past connection',
  mechanism:
    'The proxy connects upstream from the client’s own address and port. When that 5-tuple is still in TIME_WAIT, ' +
    'connect() says EADDRNOTAVAIL: one request in some thousands, whatever the load, with almost all ports free.',
  draw: (random) =>
    saying(
      random,
      constant(random.between(0.01, 0.05)),
      [
        '"GET /orders/42 HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|immediate_connect_error:_Cannot_assign_requested_address} - "-" 0 145 0 - "-" "curl/8.5" "10.0.1.200:8080" "10.0.1.200:8080" orders',
      ],
      ['tuple-collision', 'steady-trickle'],
    ),
};
