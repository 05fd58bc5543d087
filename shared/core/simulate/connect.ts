import { UDP } from '../model/destination.ts';
import { letGo, trackedConnections } from './disconnect.ts';
import type { Connection, Engine, GatewayState, Tracked } from './engine-state.ts';
import { secondOf, workloadOf } from './engine-state.ts';
import { FLAG, openLeg, see, type Leg, type Path, type Tap } from './flow-tap.ts';
import { takeHostPort } from './host-ports.ts';
import type { ConnectFailure } from './log-wording.ts';
import { logFailure, logKernel, logSuccess } from './log-voices.ts';
import { addressesServing, takeNatPort } from './nat-gateway.ts';
import { plan } from './schedule.ts';
import { recordDrop } from './truth-recorder.ts';
import { noteHostUse, noteNatUse } from './truth-sampling.ts';
import type { SimGateway, SimHost, SimService, Workload } from './world.ts';

const SYN_PACKET = { packets: 1, bytes: 60, flags: FLAG.syn } as const;
const SYN_ACK_PACKET = { packets: 1, bytes: 60, flags: FLAG.synAck } as const;
const RST_PACKET = { packets: 1, bytes: 40, flags: FLAG.rst } as const;

/** A program asks for a connection: the kernel finds a port, or the program is told at once that there is none. */
export function openConnection(
  engine: Engine,
  workloadIndex: number,
  attempt: number,
  onHost: number | null,
  atMs: number,
): void {
  const workload = workloadOf(engine, workloadIndex);
  const state = engine.workloads[workloadIndex];
  if (!state || state.inFlight >= workload.concurrencyLimit) return;
  const host = onHost ?? pickHost(engine, workload);
  const destination = engine.random.pick(engine.destinationsOf[workload.service] ?? []);
  const ports = engine.hosts[host];
  if (!ports) return;
  const port = takeHostPort(ports, destination, workload.bindsFirst, atMs, engine.random);
  if (port < 0) {
    engine.truth.failures.push({
      layer: 'host',
      holder: host,
      destination,
      source: host,
      workload: workloadIndex,
      atMs,
    });
    const failure =
      ports.host.system === 'windows' ? 'no-port-windows' : workload.bindsFirst ? 'no-port-bound' : 'no-port';
    logFailure(engine, workloadIndex, host, destination, failure, atMs, 1);
    return retryLater(engine, workloadIndex, host, attempt, atMs);
  }
  noteHostUse(engine, host, destination, atMs);
  const connection = createConnection(engine, workloadIndex, host, destination, port, attempt, atMs);
  state.open.add(connection);
  state.inFlight += 1;
  (engine.tracked[host] as Tracked).open += 1;
  sendSyn(engine, connection, atMs);
}

function pickHost(engine: Engine, { hosts, weights }: Workload): number {
  if (!weights) return engine.random.pick(hosts);
  let left = engine.random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => (left -= weight) < 0);
  return hosts[Math.max(0, at)] as number;
}

function createConnection(
  engine: Engine,
  workloadIndex: number,
  host: number,
  destination: number,
  port: number,
  attempt: number,
  atMs: number,
): Connection {
  const workload = workloadOf(engine, workloadIndex);
  const gateway = workload.gateway === null ? null : engine.world.gateways[workload.gateway];
  const path: Path = {
    clientIndex: host,
    destinationIndex: destination,
    client: (engine.world.hosts[host] as SimHost).address,
    clientPort: port,
    destination: engine.destinations[destination] as Path['destination'],
    natPrimary: gateway ? primaryAddress(gateway, (engine.world.hosts[host] as SimHost).zone) : null,
    natAddress: null,
    natAddressIndex: 0,
    natPort: 0,
  };
  // What stays on the machine passes no interface, so no flow log sees it.
  const isLoopback = path.destination.address.startsWith('127.');
  const leg = (tap: Tap | null | undefined): Leg | null => (tap && !isLoopback ? openLeg(tap, path, atMs) : null);
  const clientLeg = leg(engine.taps.hosts[host]);
  const natLeg = leg(workload.gateway === null ? null : engine.taps.gateways[workload.gateway]);
  const serverLeg = leg(engine.taps.services[workload.service]);
  return {
    workload: workloadIndex,
    host,
    destination,
    path,
    clientLeg,
    natLeg,
    serverLeg,
    legs: [clientLeg, natLeg, serverLeg].filter((each) => each !== null),
    openedMs: atMs,
    attempt,
    state: 'connecting',
    syns: 0,
    nat: null,
    droppedByGateway: false,
    forgotten: false,
    bytesPerSecond: 0,
  };
}

/** What `srcaddr` and `dstaddr` show at the gateway, whichever of its addresses carries the connection. */
const primaryAddress = ({ zone, addresses }: SimGateway, ofHost: string): string | null =>
  (zone === null ? addresses.find((address) => address.zone === ofHost) : addresses[0])?.privateAddress ?? null;

/** The first SYN, or a retransmitted one: each asks a full gateway again, and each is dropped and counted again. */
export function sendSyn(engine: Engine, connection: Connection, atMs: number): void {
  if (connection.state !== 'connecting') return;
  connection.syns += 1;
  const workload = workloadOf(engine, connection.workload);
  const service = engine.world.services[workload.service] as SimService;
  const host = engine.world.hosts[connection.host] as SimHost;
  if (droppedOnHost(engine, connection, host, atMs)) return sendAgain(engine, connection, host, workload, atMs);
  const answer = service.state(secondOf(engine, atMs));
  if (connection.clientLeg) {
    connection.clientLeg.action = answer === 'forbidden' ? 'REJECT' : 'ACCEPT';
    see(connection.clientLeg, 'out', atMs, SYN_PACKET);
  }
  if (answer === 'forbidden') return sendAgain(engine, connection, host, workload, atMs);
  if (!passesGateway(engine, connection, workload, atMs)) return sendAgain(engine, connection, host, workload, atMs);
  if (connection.serverLeg) see(connection.serverLeg, 'out', atMs, SYN_PACKET);
  if (answer === 'silent') return sendAgain(engine, connection, host, workload, atMs);
  const answeredMs = atMs + Math.max(1, Math.round(service.roundTripMs * engine.random.between(0.9, 1.3)));
  if (answer === 'refuses') return refuse(engine, connection, answeredMs);
  establish(engine, connection, service, workload, answeredMs);
}

function droppedOnHost(engine: Engine, connection: Connection, host: SimHost, atMs: number): boolean {
  if (host.conntrackLimit !== null && trackedConnections(engine, connection.host, atMs) > host.conntrackLimit) {
    if (host.platform !== 'lambda' && engine.random.chance(0.2))
      logKernel(engine, connection.host, 'nf_conntrack: nf_conntrack: table full, dropping packet', atMs);
    return true;
  }
  return host.snatRaceProbability > 0 && connection.syns === 1 && engine.random.chance(host.snatRaceProbability);
}

/** Whether a SYN comes out on the other side of the gateway, or there is no gateway in the way. */
function passesGateway(engine: Engine, connection: Connection, workload: Workload, atMs: number): boolean {
  if (workload.gateway === null) return true;
  const gateway = engine.gateways[workload.gateway] as GatewayState;
  if (connection.natLeg) see(connection.natLeg, 'out', atMs, SYN_PACKET);
  if (connection.syns === 1 && connection.path.destination.protocol !== UDP) gateway.minute.ConnectionAttemptCount += 1;
  gateway.packetsThisSecond += 1;
  const { bytesPerSecondLimit } = gateway.ports.gateway;
  const excess = 1 - bytesPerSecondLimit / Math.max(1, gateway.bytesPerSecond);
  if (excess > 0 && engine.random.chance(excess)) return drop(gateway, connection, false);
  if (!connection.nat && !allocate(engine, connection, workload, gateway, atMs)) return drop(gateway, connection, true);
  if (connection.natLeg) see(connection.natLeg, 'forwarded', atMs, SYN_PACKET);
  connection.droppedByGateway = false;
  return true;
}

function drop(gateway: GatewayState, connection: Connection, forWantOfPort: boolean): false {
  gateway.minute.PacketsDropCount += 1;
  if (forWantOfPort) gateway.minute.ErrorPortAllocation += 1;
  connection.droppedByGateway = forWantOfPort;
  return false;
}

function allocate(
  engine: Engine,
  connection: Connection,
  workload: Workload,
  gateway: GatewayState,
  atMs: number,
): boolean {
  const spec = gateway.ports.gateway;
  if (gateway.owedErrors > 0 && connection.syns === 1) {
    gateway.owedErrors -= 1;
    return false;
  }
  const inUse = Math.max(1, Math.round(spec.addressesInUse(secondOf(engine, atMs))));
  const zone = (engine.world.hosts[connection.host] as SimHost).zone;
  const candidates = addressesServing(gateway.ports, zone).slice(0, inUse);
  connection.nat = takeNatPort(gateway.ports, connection.destination, connection.host, candidates, atMs, engine.random);
  if (!connection.nat) {
    recordDrop(engine.truth, workload.gateway ?? 0, connection.destination, atMs);
    return false;
  }
  noteNatUse(engine, workload.gateway ?? 0, connection, atMs);
  connection.path.natAddress = spec.addresses[connection.nat.addressIndex]?.privateAddress ?? null;
  connection.path.natAddressIndex = connection.nat.addressIndex;
  connection.path.natPort = connection.nat.port;
  return true;
}

/** Nothing came back: the kernel sends again on its schedule, until it or the program gives up. */
function sendAgain(engine: Engine, connection: Connection, host: SimHost, workload: Workload, atMs: number): void {
  const lastMs = (host.synSchedule.at(-1) ?? 127) * 1000;
  const giveUpMs = connection.openedMs + Math.min(lastMs, workload.connectTimeoutMs);
  const nextMs = connection.openedMs + (host.synSchedule[connection.syns - 1] ?? Number.POSITIVE_INFINITY) * 1000;
  const repeats = connection.path.destination.protocol !== UDP && nextMs < giveUpMs;
  if (repeats && nextMs > atMs) plan(engine.schedule, { kind: 'syn', atMs: nextMs, connection });
  else plan(engine.schedule, { kind: 'give-up', atMs: giveUpMs, connection });
}

export function giveUp(engine: Engine, connection: Connection, atMs: number): void {
  if (connection.state !== 'connecting') return;
  const { workload, host, destination, openedMs } = connection;
  if (connection.droppedByGateway)
    engine.truth.failures.push({
      layer: 'nat',
      holder: workloadOf(engine, workload).gateway ?? 0,
      destination,
      source: host,
      workload,
      atMs: openedMs,
    });
  logFailure(engine, workload, host, destination, 'timeout', atMs, atMs - openedMs);
  letGo(engine, connection, false, atMs);
  retryLater(engine, workload, host, connection.attempt, atMs);
}

function refuse(engine: Engine, connection: Connection, atMs: number): void {
  for (const leg of [connection.clientLeg, connection.natLeg, connection.serverLeg])
    if (leg) see(leg, 'back', atMs, RST_PACKET);
  logFailure(
    engine,
    connection.workload,
    connection.host,
    connection.destination,
    'refused' satisfies ConnectFailure,
    atMs,
    2,
  );
  letGo(engine, connection, false, atMs);
  retryLater(engine, connection.workload, connection.host, connection.attempt, atMs);
}

function retryLater(engine: Engine, workloadIndex: number, host: number, attempt: number, atMs: number): void {
  const { retries, retryDelayMs } = workloadOf(engine, workloadIndex);
  if (attempt >= retries) return;
  const delayMs = retryDelayMs * engine.random.between(0.8, 1.2);
  plan(engine.schedule, {
    kind: 'open',
    atMs: Math.round(atMs + delayMs),
    workload: workloadIndex,
    attempt: attempt + 1,
    host,
  });
}

function establish(
  engine: Engine,
  connection: Connection,
  service: SimService,
  workload: Workload,
  atMs: number,
): void {
  connection.state = 'established';
  const isTcp = connection.path.destination.protocol !== UDP;
  for (const leg of connection.legs) {
    if (isTcp) see(leg, 'back', atMs, SYN_ACK_PACKET);
    const request = {
      packets: 2 + Math.ceil(workload.requestBytes / 1460),
      bytes: workload.requestBytes + 104,
      flags: FLAG.none,
    };
    see(leg, 'out', atMs, request);
    if (leg.tap.role === 'nat') see(leg, 'forwarded', atMs, request);
  }
  if (workload.gateway !== null && isTcp) {
    const gateway = engine.gateways[workload.gateway] as GatewayState;
    gateway.minute.ConnectionEstablishedCount += 1;
    gateway.active += 1;
    gateway.minute.ActiveConnectionCount = Math.max(gateway.minute.ActiveConnectionCount, gateway.active);
  }
  const lifeMs = lifeOf(engine, connection, service, workload, atMs);
  if (lifeMs !== null) plan(engine.schedule, { kind: 'close', atMs: Math.round(atMs + lifeMs), connection });
  if (engine.random.chance(workload.successLogShare))
    logSuccess(engine, connection, atMs + (lifeMs ?? service.roundTripMs));
}

/** Milliseconds until the connection closes, or null for one that never does; sets its traffic going. */
function lifeOf(
  engine: Engine,
  connection: Connection,
  service: SimService,
  workload: Workload,
  atMs: number,
): number | null {
  const second = secondOf(engine, atMs);
  const { style } = workload;
  const answerMs = (): number => engine.random.lognormal(Math.max(1, service.latencyMs(second)), 0.25);
  switch (style.kind) {
    case 'per-request': {
      const lifeMs = answerMs() + style.lingerMs;
      if (workload.responseBytes > STREAMED_BYTES) stream(engine, connection, workload, lifeMs, atMs);
      return lifeMs;
    }
    case 'pool':
      setPace(engine, connection, workload, style.everySeconds * 1000, atMs);
      // Those that were there before the recording began are of every age.
      return style.maxAgeSeconds * 1000 * engine.random.between(second < 0 ? 0 : 0.5, 1);
    case 'leak': {
      if (!engine.random.chance(style.leaks(second))) return answerMs();
      if (style.keepAliveSeconds !== null) setPace(engine, connection, workload, style.keepAliveSeconds * 1000, atMs);
      else planIdleOut(engine, connection, workload, atMs);
      return null;
    }
    case 'long-call':
      planIdleOut(engine, connection, workload, atMs);
      return style.silenceMs * engine.random.between(0.9, 1.1);
  }
}

/** Answers above this are spread over the connection's life instead of arriving at its end. */
const STREAMED_BYTES = 1_000_000;
const KEEP_ALIVE_BYTES = 1;

function stream(engine: Engine, connection: Connection, workload: Workload, lifeMs: number, atMs: number): void {
  connection.bytesPerSecond = (workload.responseBytes * 1000) / lifeMs;
  if (workload.gateway !== null)
    (engine.gateways[workload.gateway] as GatewayState).bytesPerSecond += connection.bytesPerSecond;
  const pace = { everyMs: 1000, fromMs: atMs + 1, outBytes: 200, backBytes: connection.bytesPerSecond };
  for (const leg of connection.legs) leg.pace = pace;
}

function setPace(engine: Engine, connection: Connection, workload: Workload, everyMs: number, atMs: number): void {
  const isLeak = workload.style.kind === 'leak';
  const fromMs = atMs + Math.round(everyMs * engine.random.between(0.2, 1));
  const pace = {
    everyMs,
    fromMs,
    outBytes: isLeak ? KEEP_ALIVE_BYTES : workload.requestBytes,
    backBytes: isLeak ? KEEP_ALIVE_BYTES : workload.responseBytes,
  };
  for (const leg of connection.legs) leg.pace = pace;
}

function planIdleOut(engine: Engine, connection: Connection, workload: Workload, atMs: number): void {
  if (workload.gateway === null) return;
  const { idleSeconds } = (engine.gateways[workload.gateway] as GatewayState).ports.gateway;
  plan(engine.schedule, { kind: 'idle-out', atMs: atMs + idleSeconds * 1000, connection });
}
