import type { Destination } from '../model/destination.ts';

/** TCP flags as VPC flow logs write them: FIN 1, SYN 2, RST 4, and 18 for SYN-ACK; plain ACK and PSH are 0. */
export const FLAG = { none: 0, fin: 1, syn: 2, rst: 4, synAck: 18 } as const;

/** A network interface whose packets a flow log records, in capture windows with a phase of their own. */
export type Tap = {
  readonly interfaceId: string;
  readonly role: 'client' | 'nat' | 'server';
  readonly subnetId: string;
  readonly instanceId: string | null;
  /** The gateway's id where the log has a column for it. */
  readonly resourceId: string | null;
  readonly zone: string | null;
  readonly intervalMs: number;
  readonly phaseMs: number;
  readonly legs: Set<Leg>;
  /** Records by window, and within it by 5-tuple and direction: a port used twice in a window is one record. */
  readonly windows: Map<number, Map<number, TapRecord>>;
  nextWindow: number;
};

/** The addresses of one connection; the gateway's side is filled in when it is given a port. */
export type Path = {
  /** Numbers of the client and the destination, unique in the simulation. */
  readonly clientIndex: number;
  readonly destinationIndex: number;
  readonly client: string;
  readonly clientPort: number;
  readonly destination: Destination;
  readonly natPrimary: string | null;
  natAddress: string | null;
  natAddressIndex: number;
  natPort: number;
};

/** What the interface's security group and network ACL decided. */
export type FlowAction = 'ACCEPT' | 'REJECT';

type Traffic = { packets: number; bytes: number; flags: number; firstMs: number; lastMs: number };

/** One connection at one tap: what it sent in the current window. `forwarded` is what a gateway passed on. */
export type Leg = {
  readonly tap: Tap;
  readonly path: Path;
  window: number;
  readonly out: Traffic;
  readonly forwarded: Traffic;
  readonly back: Traffic;
  action: FlowAction;
  /** Traffic that goes on by itself, counted when a window or the connection ends. */
  pace: Pace | null;
};

/** One exchange every `everyMs` from `fromMs` on. */
export type Pace = {
  readonly everyMs: number;
  readonly fromMs: number;
  readonly outBytes: number;
  readonly backBytes: number;
};

export type TapRecord = Traffic & {
  readonly tap: Tap;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly packetSource: string;
  readonly packetDestination: string;
  readonly direction: 'ingress' | 'egress';
  /** Egress towards the internet, or to another interface of the VPC. */
  readonly toInternet: boolean;
  readonly action: FlowAction;
};

const quiet = (): Traffic => ({ packets: 0, bytes: 0, flags: 0, firstMs: 0, lastMs: 0 });

export function openLeg(tap: Tap, path: Path, atMs: number): Leg {
  const leg: Leg = {
    tap,
    path,
    window: windowOf(tap, atMs),
    out: quiet(),
    forwarded: quiet(),
    back: quiet(),
    action: 'ACCEPT',
    pace: null,
  };
  tap.legs.add(leg);
  return leg;
}

export type Packets = { readonly packets: number; readonly bytes: number; readonly flags: number };

/** Counts packets seen at `atMs` (and until `lastMs`, in the same window). */
export function see(
  leg: Leg,
  way: 'out' | 'forwarded' | 'back',
  atMs: number,
  { packets, bytes, flags }: Packets,
  lastMs = atMs,
): void {
  const window = windowOf(leg.tap, atMs);
  if (window > leg.window) {
    writeLeg(leg);
    leg.window = window;
  }
  const traffic = leg[way];
  if (traffic.packets === 0) traffic.firstMs = atMs;
  traffic.packets += packets;
  traffic.bytes += bytes;
  traffic.flags |= flags;
  traffic.lastMs = Math.max(traffic.lastMs, lastMs);
}

export function closeLeg(leg: Leg, atMs: number): void {
  seePace(leg, windowOf(leg.tap, atMs), atMs);
  writeLeg(leg);
  leg.tap.legs.delete(leg);
}

export const windowOf = (tap: Tap, atMs: number): number => Math.floor((atMs - tap.phaseMs) / tap.intervalMs);
export const windowStartMs = (tap: Tap, window: number): number => window * tap.intervalMs + tap.phaseMs;

/** Closes the window: every open leg is written, and its records are handed over. */
export function takeWindow(tap: Tap, window: number): TapRecord[] {
  const endMs = windowStartMs(tap, window + 1);
  for (const leg of tap.legs) {
    if (leg.pace) seePace(leg, window, endMs);
    if (leg.window <= window) writeLeg(leg);
  }
  const records = tap.windows.get(window);
  tap.windows.delete(window);
  return records ? [...records.values()] : [];
}

const MTU_BYTES = 1460;

function seePace(leg: Leg, window: number, endMs: number): void {
  if (!leg.pace) return;
  const { everyMs, fromMs, outBytes, backBytes } = leg.pace;
  const startMs = Math.max(fromMs, windowStartMs(leg.tap, window));
  const firstMs = fromMs + Math.ceil((startMs - fromMs) / everyMs) * everyMs;
  if (firstMs >= endMs) return;
  const beats = Math.floor((endMs - 1 - firstMs) / everyMs) + 1;
  const lastMs = firstMs + (beats - 1) * everyMs;
  const sent = (bytes: number): Packets => {
    const packets = beats * Math.max(1, Math.ceil(bytes / MTU_BYTES));
    return { packets, bytes: beats * bytes + packets * 52, flags: FLAG.none };
  };
  see(leg, 'out', firstMs, sent(outBytes), lastMs);
  if (leg.tap.role === 'nat') see(leg, 'forwarded', firstMs, sent(outBytes), lastMs);
  see(leg, 'back', firstMs, sent(backBytes), lastMs);
}

function writeLeg(leg: Leg): void {
  const { tap, path, out, forwarded, back } = leg;
  const { client, clientPort, destination, natPrimary, natAddress, natPort } = path;
  const { address, port } = destination;
  if (tap.role !== 'nat' || natPrimary === null) {
    const [outwards, inwards] =
      tap.role === 'client' ? (['egress', 'ingress'] as const) : (['ingress', 'egress'] as const);
    const toInternet = tap.role === 'client' && natPrimary === null;
    put(leg, out, KEY.out, [client, address, clientPort, port, client, address], outwards, toInternet);
    put(leg, back, KEY.back, [address, client, port, clientPort, address, client], inwards, false);
  } else {
    const nat = natAddress ?? natPrimary;
    put(leg, out, KEY.out, [client, natPrimary, clientPort, port, client, address], 'ingress', false);
    put(leg, forwarded, KEY.forwarded, [natPrimary, address, natPort, port, nat, address], 'egress', true);
    if (natPort > 0) put(leg, back, KEY.returned, [address, natPrimary, port, natPort, address, nat], 'ingress', false);
    put(leg, back, KEY.back, [natPrimary, client, port, clientPort, address, client], 'egress', false);
  }
  for (const traffic of [out, forwarded, back]) {
    traffic.packets = 0;
    traffic.bytes = 0;
    traffic.flags = 0;
    traffic.lastMs = 0;
  }
}

type Ends = readonly [
  source: string,
  destination: string,
  sourcePort: number,
  destinationPort: number,
  packetSource: string,
  packetDestination: string,
];

/** Which of a connection's four records: the first two go by the client's port, the others by the gateway's. */
const KEY = { out: 0, back: 1, forwarded: 2, returned: 3 } as const;

/** A 5-tuple and direction as one number; exact below 2^53, which 8,000 destinations of 4,096 clients stay under. */
function keyOf(path: Path, kind: number): number {
  const byClient = kind <= KEY.back;
  const end = byClient ? path.clientIndex : path.natAddressIndex;
  const port = byClient ? path.clientPort : path.natPort;
  return ((path.destinationIndex * 4096 + end) * 65_536 + port) * 4 + kind;
}

function put(
  leg: Leg,
  traffic: Traffic,
  kind: number,
  ends: Ends,
  direction: 'ingress' | 'egress',
  toInternet: boolean,
): void {
  if (traffic.packets === 0) return;
  const [source, destination, sourcePort, destinationPort, packetSource, packetDestination] = ends;
  const { protocol } = leg.path.destination;
  const key = keyOf(leg.path, kind);
  const records = recordsOf(leg.tap, leg.window);
  const known = records.get(key);
  if (known) return addTraffic(known, traffic);
  records.set(key, {
    ...traffic,
    tap: leg.tap,
    source,
    destination,
    sourcePort,
    destinationPort,
    protocol,
    packetSource,
    packetDestination,
    direction,
    toInternet,
    action: leg.action,
  });
}

export function recordsOf(tap: Tap, window: number): Map<number, TapRecord> {
  const known = tap.windows.get(window);
  if (known) return known;
  const created = new Map<number, TapRecord>();
  tap.windows.set(window, created);
  return created;
}

function addTraffic(record: TapRecord, traffic: Traffic): void {
  record.packets += traffic.packets;
  record.bytes += traffic.bytes;
  record.flags |= traffic.flags;
  record.firstMs = Math.min(record.firstMs, traffic.firstMs);
  record.lastMs = Math.max(record.lastMs, traffic.lastMs);
}
