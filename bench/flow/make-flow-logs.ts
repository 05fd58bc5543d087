import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createDraw, createRandom, type Random } from './random.ts';

/**
 * Writes flow logs as a busy account has them, as gzip objects of five minutes: 420 interfaces of which three are NAT
 * gateways, 6,000 destinations of very unequal popularity, both directions of every connection, connections that last
 * from a second to the whole hour, four tuples that run out of ports, scans that are rejected, IPv6, ICMP, NODATA and
 * SKIPDATA. The text depends on the options alone.
 */
export type FlowLogOptions = {
  readonly folder: string;
  readonly format: 'v2' | 'custom';
  /** About how many. */
  readonly records: number;
  readonly seed: number;
  readonly shards: number;
  /** Which hour it is, counted from 2026-01-01T10:00Z: hours beside each other make a longer log. */
  readonly hour?: number;
};

export type FlowLogsMade = { readonly records: number; readonly textBytes: number; readonly gzipBytes: number };

const V2 =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
/** Twenty-three fields: the format to ask for when everything but names of other services is wanted. */
const CUSTOM = `${V2} vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr flow-direction traffic-path`;

const START = 1_767_261_600;
const MINUTES = 60;
const WINDOW_MINUTES = 5;
const HOSTS = 420;
const NATS = 3;
const DESTINATIONS = 6_000;
const ACCOUNT = '123456789012';

type Host = {
  readonly interfaceId: string;
  readonly address: string;
  readonly address6: string | null;
  readonly tail: string;
  readonly isNat: boolean;
  readonly shard: number;
  live: Connection[];
};
type Destination = { readonly address: string; readonly address6: string; readonly port: number };
type Connection = {
  readonly destination: Destination;
  readonly port: number;
  readonly is6: boolean;
  readonly client: number;
};

type Leg = {
  readonly host: Host;
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly protocol: number;
  readonly pktSrc: string;
  readonly pktDst: string;
  readonly flags: number;
  readonly isEgress: boolean;
};

/** Tuples that run out of ports: which host, where to, in which minutes, flows per minute at their peak, and its range. */
const HOT = [
  { host: 0, address: '203.0.113.10', port: 443, from: 18, to: 40, peak: 62_000, low: 1_024, range: 55_000 },
  { host: 57, address: '10.0.200.15', port: 5_432, from: 5, to: 16, peak: 36_000, low: 32_768, range: 28_232 },
  { host: 1, address: '198.51.100.77', port: 443, from: 10, to: 50, peak: 14_000, low: 1_024, range: 55_000 },
  { host: 120, address: '198.51.100.9', port: 8_080, from: 30, to: 33, peak: 22_000, low: 32_768, range: 28_232 },
] as const;

export function makeFlowLogs(options: FlowLogOptions): FlowLogsMade {
  mkdirSync(options.folder, { recursive: true });
  const world = createWorld(options);
  const hourSeconds = START + (options.hour ?? 0) * 3600;
  const made = { records: 0, textBytes: 0, gzipBytes: 0 };
  // The busiest gateway's records of the second half are one large object: objects are of very unequal size.
  const large: string[] = [];
  const write = (name: string, lines: readonly string[]): void => {
    if (lines.length === 0) return;
    const text = Buffer.from(`${options.format === 'v2' ? V2 : CUSTOM}\n${lines.join('')}`, 'latin1');
    const gzip = gzipSync(text, { level: 6 });
    writeFileSync(join(options.folder, `${ACCOUNT}_vpcflowlogs_us-east-1_fl-0a1b2c3d4e5f60718_${name}.log.gz`), gzip);
    made.records += lines.length;
    made.textBytes += text.length;
    made.gzipBytes += gzip.length;
  };
  for (let window = 0; window < MINUTES / WINDOW_MINUTES; window += 1) {
    const shards = Array.from({ length: options.shards }, (): string[] => []);
    for (let minute = window * WINDOW_MINUTES; minute < (window + 1) * WINDOW_MINUTES; minute += 1)
      for (const [i, lines] of world.minute(minute).entries()) {
        const host = world.hosts[i] as Host;
        const target = i === 0 && minute >= MINUTES / 2 ? large : (shards[host.shard] as string[]);
        for (const line of lines) target.push(line);
      }
    const time = new Date((hourSeconds + window * WINDOW_MINUTES * 60) * 1000).toISOString().replace(/[-:]/g, '');
    for (const [shard, lines] of shards.entries())
      write(`${time.slice(0, 13)}Z_${String(shard).padStart(8, '0')}`, lines);
  }
  const half = new Date((hourSeconds + (MINUTES / 2) * 60) * 1000).toISOString().replace(/[-:]/g, '');
  write(`${half.slice(0, 13)}Z_large`, large);
  return made;
}

type World = { readonly hosts: readonly Host[]; minute(minute: number): string[][] };

function createWorld({ format, records, seed, shards, hour = 0 }: FlowLogOptions): World {
  const startSeconds = START + hour * 3600;
  const random = createRandom(seed);
  const hosts = Array.from({ length: HOSTS }, (_, i) => createHost(random, i, shards));
  const destinations = Array.from({ length: DESTINATIONS }, (_, i) => createDestination(random, i));
  const drawHost = createDraw(
    random,
    hosts.map(({ isNat }) => (isNat ? 25 : Math.exp(1.1 * normal(random)))),
  );
  const drawDestination = createDraw(
    random,
    destinations.map((_, i) => 1 / (i + 1) ** 1.08),
  );
  const line = lineWriter(format, random);
  const hotShare = Math.min(1, records / 6e6);
  const flowsOf = (hot: (typeof HOT)[number], minute: number): number =>
    minute < hot.from || minute > hot.to
      ? 0
      : Math.floor(hot.peak * hotShare * Math.min(1, (minute - hot.from + 1) / 6, (hot.to - minute + 1) / 3));
  const recordsOf = (host: Host): number => (host.isNat ? 2.8 : 1.6);
  const hotRecords = HOT.reduce((sum, hot) => {
    for (let minute = 0; minute < MINUTES; minute += 1)
      sum += flowsOf(hot, minute) * recordsOf(hosts[hot.host] as Host);
    return sum;
  }, 0);
  const usual = Math.max(0, (records - hotRecords) / MINUTES);

  const connect = (
    lines: string[][],
    hostIndex: number,
    connection: Connection,
    minute: number,
    isHot: boolean,
  ): number => {
    const legs = legsOf(hosts, hostIndex, connection, random, isHot);
    const start = startSeconds + minute * 60 + random.below(58);
    const end = start + 1 + random.below(59);
    for (const leg of legs) lines[hostIndex]?.push(line(leg, start, end, isHot));
    return legs.length;
  };
  return {
    hosts,
    minute(minute) {
      const lines = hosts.map((): string[] => []);
      for (const hot of HOT)
        for (let i = flowsOf(hot, minute); i > 0; i -= 1) {
          const destination = { address: hot.address, address6: '', port: hot.port };
          const port = hot.low + random.below(hot.range);
          connect(
            lines,
            hot.host,
            { destination, port, is6: false, client: random.below(HOSTS - NATS) + NATS },
            minute,
            true,
          );
        }
      let made = 0;
      for (const [i, host] of hosts.entries()) {
        for (const connection of host.live) made += connect(lines, i, connection, minute, false);
        host.live = host.live.filter(() => random.below(20) > 0);
      }
      while (made < usual) {
        const kind = random.below(1000);
        if (kind < 36)
          made += addOdd(
            lines,
            hosts,
            destinations[drawDestination()] as Destination,
            line,
            random,
            startSeconds + minute * 60,
            kind,
          );
        else {
          const i = drawHost();
          const host = hosts[i] as Host;
          const destination = destinations[drawDestination()] as Destination;
          const port = host.isNat ? 1_024 + random.below(64_512) : 32_768 + random.below(28_232);
          const is6 = host.address6 !== null && random.below(3) > 0;
          const connection = { destination, port, is6, client: random.below(HOSTS - NATS) + NATS };
          made += connect(lines, i, connection, minute, false);
          if (host.live.length < 60 && random.below(60) === 0) host.live.push(connection);
        }
      }
      for (const some of lines) shuffleNearby(some, random);
      return lines;
    },
  };
}

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());

function createHost(random: Random, i: number, shards: number): Host {
  const subnet = i % 6;
  const isNat = i < NATS;
  return {
    interfaceId: `eni-${i % 40 === 39 ? random.hex(8) : `0${random.hex(16)}`}`,
    address: `10.0.${subnet * 16 + random.below(8)}.${4 + random.below(250)}`,
    address6: i % 17 === 5 ? `2600:1f18:24e5:a00${subnet}:${words6(random)}` : null,
    tail: `vpc-0a1b2c3d4e5f60718 subnet-0${subnet}b2c3d4e5f607182 ${isNat ? '-' : `i-0${random.hex(16)}`}`,
    isNat,
    shard: isNat ? i % shards : random.below(random.below(shards) + 1),
    live: [],
  };
}

/** Four words without zeros, so that the spelling is canonical already, as flow logs have it. */
const words6 = (random: Random): string =>
  [0, 1, 2, 3].map(() => (1 + random.below(random.below(4) > 0 ? 0xfffe : 0xfe)).toString(16)).join(':');

const PORTS = [443, 443, 443, 443, 443, 443, 443, 80, 53, 5_432, 6_379, 9_092, 3_306, 8_080, 27_017] as const;

function createDestination(random: Random, i: number): Destination {
  const isInternal = random.below(100) < 30;
  const address = isInternal
    ? `10.0.${96 + random.below(64)}.${random.below(256)}`
    : `${3 + random.below(180)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`;
  return {
    address,
    address6: `2a05:d018:${(1 + random.below(0xffe)).toString(16)}:${(1 + random.below(0xfffe)).toString(16)}:${words6(random)}`,
    port: i < 3 ? 443 : (PORTS[random.below(PORTS.length)] as number),
  };
}

/** Both directions of a connection; at a NAT gateway four legs, of which the client's have another port. */
function legsOf(hosts: readonly Host[], i: number, connection: Connection, random: Random, isHot: boolean): Leg[] {
  const host = hosts[i] as Host;
  const { destination, port, is6 } = connection;
  const isAnswered = random.below(100) < (isHot ? 60 : 92);
  const protocol = destination.port === 53 ? 17 : 6;
  const near = is6 ? (host.address6 as string) : host.address;
  const far = is6 ? destination.address6 : destination.address;
  const both = (src: string, dst: string, from: number, pktDst: string): Leg[] => {
    const flags =
      protocol === 6
        ? {
            out: isHot ? 3 : ([2, 3, 0, 1, 3][from % 5] as number),
            back: isHot ? 19 : ([18, 19, 0, 1, 19][from % 5] as number),
          }
        : { out: 0, back: 0 };
    const leg = { host, protocol };
    return [
      {
        ...leg,
        src,
        dst,
        srcPort: from,
        dstPort: destination.port,
        pktSrc: src,
        pktDst,
        flags: isAnswered ? flags.out : Math.min(flags.out, 2),
        isEgress: true,
      },
      ...(isAnswered
        ? [
            {
              ...leg,
              src: dst,
              dst: src,
              srcPort: destination.port,
              dstPort: from,
              pktSrc: pktDst,
              pktDst: src,
              flags: flags.back,
              isEgress: false,
            },
          ]
        : []),
    ];
  };
  if (!host.isNat) return both(near, far, port, far);
  const client = hosts[connection.client] as Host;
  const clientPort = 32_768 + ((port * 7) % 28_232);
  const clientLegs = both(client.address, host.address, clientPort, far).map((leg) => ({
    ...leg,
    isEgress: !leg.isEgress,
  }));
  return [...clientLegs, ...(isHot && !isAnswered ? [] : both(host.address, far, port, far))];
}

type WriteLine = (leg: Leg, start: number, end: number, isHot: boolean) => string;

function lineWriter(format: FlowLogOptions['format'], random: Random): WriteLine {
  return (leg, start, end, isHot) => {
    const { host, src, dst, srcPort, dstPort, protocol, pktSrc, pktDst, flags, isEgress } = leg;
    const packets = 1 + random.below(isHot ? 3 : 40);
    const bytes = packets * (40 + random.below(isHot ? 24 : 1_400));
    const isRejected = flags < 0;
    const head = `${format === 'v2' ? 2 : 5} ${ACCOUNT} ${host.interfaceId} ${src} ${dst} ${srcPort} ${dstPort} ${protocol} ${packets} ${bytes} ${start} ${end} ${isRejected ? 'REJECT' : 'ACCEPT'} OK`;
    if (format === 'v2') return `${head}\n`;
    const type = src.includes(':') ? 'IPv6' : 'IPv4';
    const path = isEgress ? `egress ${dst.startsWith('10.') ? 1 : 8}` : 'ingress -';
    return `${head} ${host.tail} ${isRejected ? 2 : flags} ${type} ${pktSrc} ${pktDst} ${path}\n`;
  };
}

/** Scans that are rejected, ICMP, NODATA and SKIPDATA: one line each. */
function addOdd(
  lines: string[][],
  hosts: readonly Host[],
  destination: Destination,
  line: WriteLine,
  random: Random,
  minuteSeconds: number,
  kind: number,
): number {
  const i = random.below(HOSTS);
  const host = hosts[i] as Host;
  const start = minuteSeconds + random.below(58);
  const leg = { host, pktSrc: '', pktDst: '', protocol: 6, flags: -1, isEgress: false, dst: host.address };
  if (kind < 30) {
    const src = `${1 + random.below(222)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`;
    const dstPort =
      random.below(3) > 0 ? 1 + random.below(65_535) : ([22, 23, 3389, 445, 8080][random.below(5)] as number);
    const scan = { ...leg, src, srcPort: 1_024 + random.below(64_000), dstPort, pktSrc: src, pktDst: host.address };
    lines[i]?.push(line(scan, start, start + 1 + random.below(50), true));
  } else if (kind < 32) {
    const ping = { ...leg, src: host.address, dst: destination.address, srcPort: 0, dstPort: 0, protocol: 1, flags: 0 };
    const packet = { pktSrc: host.address, pktDst: destination.address };
    lines[i]?.push(line({ ...ping, ...packet }, start, start + 1 + random.below(50), true));
  } else {
    const status = random.below(12) === 0 ? 'SKIPDATA' : 'NODATA';
    const plain = line({ ...leg, src: '-', srcPort: 0, dstPort: 0 }, start, start + 58, false);
    const isV2 = plain.startsWith('2');
    lines[i]?.push(
      `${isV2 ? 2 : 5} ${ACCOUNT} ${host.interfaceId} - - - - - - - ${start} ${start + 58} - ${status}${isV2 ? '' : ` ${host.tail} - - - - - -`}\n`,
    );
  }
  return 1;
}

/** Records come nearly in order: each may change places with one a little before it. */
function shuffleNearby(lines: string[], random: Random): void {
  for (let i = lines.length - 1; i > 0; i -= 1) {
    const other = Math.max(0, i - random.below(64));
    [lines[i], lines[other]] = [lines[other] as string, lines[i] as string];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = 'flow-logs', format = 'v2', records = '6600000', seed = '1', shards = '10'] = process.argv.slice(2);
  console.log(
    makeFlowLogs({
      folder,
      format: format === 'v2' ? 'v2' : 'custom',
      records: Number(records),
      seed: Number(seed),
      shards: Number(shards),
    }),
  );
}
