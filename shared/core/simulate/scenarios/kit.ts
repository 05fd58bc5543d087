import type { Destination } from '../../model/destination.ts';
import type { PortRange } from '../../model/observation.ts';
import type { Random } from '../random.ts';
import { constant, type Timeline } from '../timeline.ts';
import type { IncidentLabel, Labels, RuntimeName, SimGateway, SimHost, SimService, Workload, World } from '../world.ts';

/** Boring, valid pieces of a world; a scenario says only what is special about it. */

export const LINUX_RANGE: PortRange = { low: 32_768, high: 60_999 };
const HEX = (index: number, width: number): string => index.toString(16).padStart(width, '0');

const zoneNumber = (zone: string): number => zone.charCodeAt(0) - 97;

/** Linux before 6.5 doubles from one second; later kernels send four SYNs a second apart first. */
export const SYN_DOUBLING = [1, 3, 7, 15, 31, 63, 127] as const;
export const SYN_LINEAR = [1, 2, 3, 4, 6, 10, 18, 34, 66, 130] as const;

export function host(index: number, owner: string, special: Partial<SimHost> = {}): SimHost {
  const platform = special.platform ?? 'ecs';
  const zone = zoneNumber(special.zone ?? 'a');
  const number = 0x1000 * (zone + 1) + index;
  return {
    name: `${owner}-${index}`,
    address: `10.0.${1 + 2 * zone}.${10 + index}`,
    interfaceId: `eni-0c11e470${HEX(number, 9)}`,
    zone: 'a',
    platform,
    owner,
    instanceId: platform === 'ec2' ? `i-0c0ffee0${HEX(number, 9)}` : null,
    taskId: platform === 'ec2' ? null : HEX(0xabb000 + number, 32),
    system: 'linux',
    range: LINUX_RANGE,
    timeWaitSeconds: 60,
    reusesTimeWait: false,
    synSchedule: SYN_DOUBLING,
    conntrackLimit: null,
    snatRaceProbability: 0,
    ...special,
  };
}

/** `count` hosts of one owner, numbered from `first`. */
export const hosts = (first: number, count: number, owner: string, special: Partial<SimHost> = {}): SimHost[] =>
  Array.from({ length: count }, (_, index) => host(first + index, owner, special));

export const indicesOf = (all: readonly SimHost[], owner: string): number[] =>
  all.flatMap((each, index) => (each.owner === owner ? [index] : []));

export function gateway(
  random: Random,
  special: Partial<SimGateway> & { readonly addressCount?: number; readonly number?: number } = {},
): SimGateway {
  const { addressCount = 1, number = 0, ...rest } = special;
  const zone = rest.zone ?? 'a';
  return {
    id: `nat-0a1b2c3d4e5f60${HEX(0x718 + number, 3)}`,
    name: `egress-${zone}`,
    interfaceId: `eni-0aaaabbbbcccc${HEX(0xdddd + number, 4)}`,
    zone,
    addresses: Array.from({ length: addressCount }, (_, index) => ({
      privateAddress: `10.0.${2 * zoneNumber(zone)}.${220 - 8 * number + index}`,
      publicAddress: `198.51.100.${10 + 8 * number + index}`,
      zone,
    })),
    portsPerAddress: 55_000,
    holdSeconds: random.pick([45, 60, 60, 60, 75]),
    idleSeconds: 350,
    selection: random.pick(['random', 'random', 'sequential']),
    activeCountsHeld: random.chance(0.5),
    addressesInUse: constant(addressCount),
    bytesPerSecondLimit: 12_500_000_000,
    baselineErrorsPerMinute: 0,
    ...rest,
  };
}

export const destination = (address: string, port = 443, protocol = 6): Destination => ({ address, port, protocol });

export function service(
  name: string,
  destinations: readonly Destination[],
  special: Partial<SimService> = {},
): SimService {
  return {
    name,
    hostNames: [],
    destinations,
    interfaceId: null,
    roundTripMs: 20,
    latencyMs: constant(200),
    state: () => 'answers',
    ...special,
  };
}

export function workload(
  name: string,
  onHosts: readonly number[],
  towards: number,
  arrivalsPerSecond: Timeline,
  special: Partial<Workload> = {},
): Workload {
  return {
    name,
    hosts: onHosts,
    service: towards,
    gateway: 0,
    style: { kind: 'per-request', lingerMs: 0 },
    arrivalsPerSecond,
    closesFirst: 'client',
    bindsFirst: false,
    connectTimeoutMs: 5000,
    retries: 0,
    retryDelayMs: 500,
    concurrencyLimit: Number.POSITIVE_INFINITY,
    requestBytes: 600,
    responseBytes: 4000,
    runtime: 'node',
    logFormat: 'json',
    logGroup: null,
    successLogShare: 0.05,
    restartsAt: [],
    ...special,
  };
}

/** A keep-alive pool: what most well-behaved programs look like. */
export const pool = (connections: Timeline, maxAgeSeconds = 900, everySeconds = 5): Pick<Workload, 'style'> => ({
  style: { kind: 'pool', connections, maxAgeSeconds, everySeconds },
});

export const calmLabels: Labels = { verdict: 'calm', incidents: [], ruledOut: [], alsoTrue: [] };

export const natIncident = (
  gatewayId: string,
  special: Omit<IncidentLabel, 'kind' | 'layer' | 'subject'>,
): IncidentLabel => ({
  kind: 'nat-port-exhaustion',
  layer: 'nat',
  subject: { type: 'nat-gateway', id: gatewayId },
  ...special,
});

export const hostIncident = (
  address: string,
  special: Omit<IncidentLabel, 'kind' | 'layer' | 'subject'>,
): IncidentLabel => ({
  kind: 'host-port-exhaustion',
  layer: 'host',
  subject: { type: 'source-address', id: address },
  ...special,
});

export function world(
  pieces: Partial<World> & Pick<World, 'durationSeconds' | 'hosts' | 'services' | 'workloads'>,
): World {
  const [first] = pieces.gateways ?? [];
  return {
    gateways: [],
    chatter: [],
    strangers: [],
    flowTroubles: [],
    loadBalancers: [],
    labels: calmLabels,
    settings: first && first.portsPerAddress !== 55_000 ? { natPortsPerAddress: first.portsPerAddress } : {},
    ...pieces,
  };
}

export const RUNTIMES: readonly RuntimeName[] = [
  'node',
  'undici',
  'go',
  'python-requests',
  'python-aiohttp',
  'java',
  'ruby',
  'rust',
  'php',
  'dotnet',
];

export const minutes = (count: number): number => count * 60;
