import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { constant, steps } from '../timeline.ts';
import type { SimService, World } from '../world.ts';
import { calmLabels, destination, hosts, minutes, service, workload, world } from './kit.ts';
import { PARTNER, shop, towardsPartner, type Shop } from './shop.ts';

const label = (...ruledOut: readonly string[]): World['labels'] => ({ ...calmLabels, verdict: 'look-alike', ruledOut });

const withPartner = ({ services }: Shop, change: Partial<SimService>): SimService[] =>
  services.map((each, index) => (index === PARTNER ? { ...each, ...change } : each));

function partnerState(random: Random, state: 'silent' | 'refuses', ruledOut: readonly string[]): World {
  const built = shop(random);
  const down = minutes(random.integer(35, 45));
  const back = down + minutes(random.integer(10, 20));
  const stateAt = (second: number): ReturnType<SimService['state']> =>
    second >= down && second < back ? state : 'answers';
  return world({
    ...built,
    services: withPartner(built, { state: stateAt }),
    durationSeconds: minutes(90),
    gateways: [built.gateway],
    workloads: [
      towardsPartner(built, 'orders', built.orders, constant(built.fullRate(5) * random.between(0.2, 0.35))),
      ...built.background,
    ],
    labels: label(...ruledOut),
  });
}

export const serverDown: Scenario = {
  name: 'server-down',
  class: 'look-alike-server-down',
  flowLevel: 'nat',
  title: 'The partner’s servers stop answering: timeouts everywhere, ports to spare',
  mechanism:
    'SYNs leave the gateway and nothing comes back. Clients log the very timeouts of a full gateway, attempts outrun ' +
    'established connections, but no allocation fails and every attempt has an egress leg.',
  draw: (random) => partnerState(random, 'silent', ['destination-unreachable', 'server-down']),
};

export const serverRefuses: Scenario = {
  name: 'server-refuses',
  class: 'look-alike-server-refuses',
  flowLevel: 'nat',
  title: 'The partner refuses connections',
  mechanism:
    'Every SYN is answered with RST. Attempts outrun established connections; nothing waits and nothing is dropped.',
  draw: (random) => partnerState(random, 'refuses', ['destination-unreachable', 'connection-refused', 'server-down']),
};

export const scanCrawler: Scenario = {
  name: 'scan-crawler',
  class: 'look-alike-scan',
  flowLevel: 'nat',
  title: 'A crawler opens connections to thousands of addresses, half of which do not answer',
  mechanism:
    'One host goes through a list of addresses. The gateway’s active connections and unanswered attempts soar, but every ' +
    'address is another budget: no destination uses more than a few ports.',
  draw(random) {
    const built = shop(random);
    const crawler = hosts(41, 1, 'crawler', { platform: 'ec2' });
    const addresses = (third: number) =>
      Array.from({ length: 1500 }, (_, index) => destination(`192.0.${third + (index >> 8)}.${index & 255}`));
    const from = minutes(35);
    const to = from + minutes(20);
    const rate = built.capacity / 40;
    return world({
      ...built,
      hosts: [...built.hosts, ...crawler],
      services: [
        ...built.services,
        service('sites', addresses(16), { roundTripMs: 90, latencyMs: constant(15_000) }),
        service('silent-sites', addresses(32), { state: () => 'silent' }),
      ],
      durationSeconds: minutes(80),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.3)),
        workload('crawl', [built.hosts.length], built.services.length, steps(0, [from, rate], [to, 0]), {
          runtime: 'go',
          connectTimeoutMs: 10_000,
        }),
        workload('crawl', [built.hosts.length], built.services.length + 1, steps(0, [from, rate], [to, 0]), {
          runtime: 'go',
          connectTimeoutMs: 10_000,
        }),
        ...built.background,
      ],
      labels: label('scan', 'port-scan', 'many-destinations', 'destination-unreachable'),
    });
  },
};

export const natBandwidth: Scenario = {
  name: 'nat-bandwidth',
  class: 'look-alike-nat-bandwidth',
  flowLevel: 'nat',
  title: 'A replication job saturates the gateway’s bandwidth',
  mechanism:
    'A few dozen connections carry more than the gateway’s 100 Gbit/s. Packets are dropped, SYNs among them: connects ' +
    'take a second longer and some time out. PeakBytesPerSecond stands at the limit; no port allocation fails.',
  draw(random) {
    const built = shop(random);
    const copier = hosts(41, 2, 'replicate', { platform: 'ec2' });
    const store = built.services.length;
    const from = minutes(35);
    const to = from + minutes(15);
    const gbytesPerSecond = 12.5 * random.between(1.15, 1.35);
    return world({
      ...built,
      hosts: [...built.hosts, ...copier],
      services: [...built.services, service('store', [destination('192.0.2.150')], { latencyMs: constant(40_000) })],
      durationSeconds: minutes(75),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.35), { connectTimeoutMs: 2500 }),
        workload('replicate', [built.hosts.length, built.hosts.length + 1], store, steps(0, [from, 0.5], [to, 0]), {
          runtime: null,
          responseBytes: (gbytesPerSecond * 1e9 * 40) / 20,
        }),
        ...built.background,
      ],
      labels: label('nat-bandwidth', 'bandwidth', 'packet-rate'),
    });
  },
};

export const natIdleTimeout: Scenario = {
  name: 'nat-idle-timeout',
  class: 'look-alike-idle-timeout',
  flowLevel: 'nat',
  title: 'Long silent calls die at the gateway’s idle timeout',
  mechanism:
    'Report calls wait eight minutes for their first byte. After 350 s of silence the gateway forgets each connection; ' +
    'what the client sends next is answered with a reset. IdleTimeoutCount rises; ports are plentiful.',
  draw(random) {
    const built = shop(random);
    const reports = built.services.length;
    return world({
      ...built,
      services: [...built.services, service('reports', [destination('203.0.113.44')])],
      durationSeconds: minutes(90),
      gateways: [built.gateway],
      workloads: [
        towardsPartner(built, 'orders', built.orders, constant(built.fullRate(0.3) * 0.3)),
        workload('reports', built.billing, reports, steps(0, [minutes(30), (built.capacity / 350) * 0.12]), {
          runtime: random.pick(['node', 'java', 'python-requests']),
          logFormat: built.logFormat,
          style: { kind: 'long-call', silenceMs: 480_000 },
        }),
        ...built.background,
      ],
      labels: label('idle-timeout', 'nat-idle-timeout'),
    });
  },
};
