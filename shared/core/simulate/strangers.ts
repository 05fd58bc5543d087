import { TCP } from '../model/destination.ts';
import type { Engine } from './engine-state.ts';
import { FLAG, recordsOf, windowOf, type FlowAction, type Tap } from './flow-tap.ts';

/** What scanners ask for most. */
const KNOCKED_PORTS = [22, 23, 80, 443, 445, 3389, 5900, 6379, 8080, 8443];

/** One second of the internet knocking at gateways and hosts. */
export function knock({ world, taps, random }: Engine, second: number, startMs: number): void {
  for (const { at, knocksPerSecond } of world.strangers) {
    const tap = (at.kind === 'gateway' ? taps.gateways : taps.hosts)[at.index];
    const destination =
      at.kind === 'gateway' ? world.gateways[at.index]?.addresses[0]?.privateAddress : world.hosts[at.index]?.address;
    const knocks = random.poisson(knocksPerSecond(second));
    if (!tap || destination === undefined) continue;
    for (let n = 0; n < knocks; n += 1) {
      const stranger = {
        source: `${random.pick(['185.220', '45.155', '193.32'])}.${random.integer(0, 255)}.${random.integer(1, 254)}`,
        sourcePort: random.integer(1024, 65_535),
        destination,
        destinationPort: random.chance(0.6) ? random.pick(KNOCKED_PORTS) : random.integer(1, 65_535),
        action: at.kind === 'gateway' ? ('ACCEPT' as const) : ('REJECT' as const),
      };
      seeStranger(tap, stranger, startMs + random.integer(0, 999));
    }
  }
}

type Knock = {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly action: FlowAction;
};

/** A SYN that nothing answers; every one comes from another port or address, so each is a record of its own. */
function seeStranger(
  tap: Tap,
  { source, sourcePort, destination, destinationPort, action }: Knock,
  atMs: number,
): void {
  const records = recordsOf(tap, windowOf(tap, atMs));
  records.set(-records.size - 1, {
    tap,
    source,
    destination,
    sourcePort,
    destinationPort,
    protocol: TCP,
    packetSource: source,
    packetDestination: destination,
    direction: 'ingress',
    toInternet: false,
    action,
    packets: 1,
    bytes: 44,
    flags: FLAG.syn,
    firstMs: atMs,
    lastMs: atMs,
  });
}
