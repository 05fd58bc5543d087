import type { Scenario } from '../scenario.ts';
import { constant, ramp, steps, until } from '../timeline.ts';
import type { World } from '../world.ts';
import { calmLabels, hosts, LINUX_RANGE, minutes, workload, world } from './kit.ts';
import { shop, towardsPartner } from './shop.ts';
import { vpcHosts } from './vpc-hosts.ts';

const label = (...ruledOut: readonly string[]): World['labels'] => ({ ...calmLabels, verdict: 'look-alike', ruledOut });

export const conntrackFull: Scenario = {
  name: 'conntrack-full',
  class: 'look-alike-conntrack',
  flowLevel: 'vpc',
  title: 'A host’s connection tracking table is full',
  mechanism:
    'nf_conntrack_max is smaller than what a busy host tracks, closed connections of the last two minutes included. New ' +
    'SYNs are dropped before they reach the interface; the kernel says so, and programs log connect timeouts.',
  draw(random) {
    const range = { low: 40_000, high: LINUX_RANGE.high };
    const built = vpcHosts(random, 'worker', { range });
    const limit = 1500;
    const all = built.hosts.map((host, index) => (index === 0 ? { ...host, conntrackLimit: limit } : host));
    const full = limit / 120;
    const end = minutes(55);
    return world({
      hosts: all,
      services: built.services,
      durationSeconds: minutes(70),
      workloads: [
        workload(
          'worker',
          [0],
          0,
          until(end, ramp(full * 0.4, full * 1.3, minutes(20), minutes(40)), constant(full * 0.4)),
          built.voice,
        ),
        workload('worker', [1, 2], 0, constant(full * 0.5), built.voice),
      ],
      settings: { portRange: range },
      labels: label('conntrack-full'),
    });
  },
};

export const lambdaInterface: Scenario = {
  name: 'lambda-interface',
  class: 'look-alike-lambda-interface',
  flowLevel: 'nat',
  title: 'A Lambda function’s shared interface refuses a burst; the gateway has ports to spare',
  mechanism:
    'Thousands of invocations start at once behind one shared network interface, whose own limit on connections drops ' +
    'their SYNs before they reach the gateway. Functions log timeouts; the gateway counts neither attempts nor errors for them.',
  draw(random) {
    const built = shop(random);
    const limit = 250;
    const lambda = hosts(41, 1, 'resize', { platform: 'lambda', conntrackLimit: limit });
    const from = minutes(35);
    const rate = (limit / 120) * random.between(1.6, 2.4);
    return world({
      ...built,
      hosts: [...built.hosts, ...lambda],
      durationSeconds: minutes(70),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'resize', [built.hosts.length], steps(0, [from, rate], [from + minutes(12), 0]), {
          connectTimeoutMs: 3000,
        }),
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.2)),
        ...built.background,
      ],
      labels: label(
        'lambda-interface',
        'hyperplane-eni',
        'source-limit',
        'not-at-gateway',
        'timeouts-without-nat-errors',
      ),
    });
  },
};

export const snatRace: Scenario = {
  name: 'snat-race',
  class: 'look-alike-snat-race',
  flowLevel: 'vpc',
  title: 'Nodes lose a SYN in a hundred in their own source NAT; connects take a second',
  mechanism:
    'Two packets of different pods get the same port from the node’s masquerading at the same moment and one is dropped. ' +
    'It is sent again after a second: a few per cent of connects take 1.0 s, and those with a shorter timeout fail.',
  draw(random) {
    const built = shop(random);
    const racing = built.hosts.map((host) => ({
      ...host,
      platform: 'ec2' as const,
      instanceId: host.interfaceId.replace('eni-', 'i-'),
      snatRaceProbability: random.between(0.02, 0.05),
    }));
    return world({
      ...built,
      hosts: racing,
      durationSeconds: minutes(75),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.35), { connectTimeoutMs: 900 }),
        ...built.background,
      ],
      // The SYN is lost inside the node: that the gateway is not to blame is all that its evidence can say.
      labels: label('snat-race', 'slow-connects', 'one-second-connects', 'timeouts-without-nat-errors'),
    });
  },
};

export const loadGeneratorCapped: Scenario = {
  name: 'load-generator-capped',
  class: 'look-alike-capped',
  flowLevel: 'vpc',
  title: 'A load generator holds nearly all local ports, and never one too many',
  mechanism:
    'A load test is limited to fewer concurrent connections than the range holds, and the server closes first, so no ' +
    'TIME_WAIT stays behind: about six sevenths of the ports are in use for twenty minutes, without a failure.',
  draw(random) {
    const built = vpcHosts(random, 'k6');
    const limit = Math.floor(built.size * random.between(0.8, 0.88));
    const from = minutes(25);
    const services = built.services.map((service, index) =>
      index === 0 ? { ...service, latencyMs: constant(4000) } : service,
    );
    return world({
      hosts: built.hosts,
      services,
      durationSeconds: minutes(65),
      workloads: [
        workload('k6', [0], 0, steps(0.5, [from, limit / 3], [from + minutes(20), 0.5]), {
          ...built.voice,
          closesFirst: 'server',
          concurrencyLimit: limit,
          successLogShare: 0.005,
        }),
      ],
      settings: { portRange: built.range },
      labels: {
        ...label(),
        alsoTrue: ['host-port-pressure', 'connection-rate-spike'],
      },
    });
  },
};
