import { UDP } from '../model/destination.ts';
import { enqueue, releaseDue, waiting } from './delay-queue.ts';
import type { Connection, Engine, GatewayState } from './engine-state.ts';
import { workloadOf } from './engine-state.ts';
import { closeLeg, FLAG, see } from './flow-tap.ts';
import { giveBackHostPort } from './host-ports.ts';
import { logFailure } from './log-voices.ts';
import { giveBackNatPort, releaseNatPortNow } from './nat-gateway.ts';

/** Seconds for which a host goes on tracking a closed connection (nf_conntrack_tcp_timeout_time_wait). */
const TRACKED_AFTER_CLOSE_SECONDS = 120;

/** The answer arrives and one side closes: whoever does so first is left with TIME_WAIT. */
export function closeConnection(engine: Engine, connection: Connection, atMs: number): void {
  if (connection.state !== 'established') return;
  const workload = workloadOf(engine, connection.workload);
  if (connection.forgotten) return meetReset(engine, connection, atMs);
  const bytes = connection.bytesPerSecond > 0 || workload.style.kind === 'pool' ? 300 : workload.responseBytes;
  const isUdp = connection.path.destination.protocol === UDP;
  const answer = { packets: (isUdp ? 0 : 2) + Math.ceil(bytes / 1460), bytes: bytes + 104, flags: FLAG.fin };
  const goodbye = isUdp ? { packets: 0, bytes: 0, flags: 0 } : { packets: 2, bytes: 104, flags: FLAG.fin };
  for (const leg of connection.legs) {
    see(leg, 'back', atMs, answer);
    see(leg, 'out', atMs, goodbye);
    if (leg.tap.role === 'nat') see(leg, 'forwarded', atMs, goodbye);
  }
  letGo(engine, connection, workload.closesFirst === 'client' && !isUdp, atMs);
}

/** The gateway has forgotten the connection: what the client sends next is answered with a reset. */
function meetReset(engine: Engine, connection: Connection, atMs: number): void {
  const late = { packets: 1, bytes: 340, flags: FLAG.none };
  const reset = { packets: 1, bytes: 40, flags: FLAG.rst };
  for (const leg of connection.legs) {
    if (leg.tap.role === 'server') continue;
    see(leg, 'out', atMs, late);
    see(leg, 'back', atMs, reset);
  }
  logFailure(
    engine,
    connection.workload,
    connection.host,
    connection.destination,
    'reset',
    atMs,
    atMs - connection.openedMs,
  );
  letGo(engine, connection, false, atMs);
}

/** An idle connection is forgotten by the gateway after its idle timeout; neither end is told. */
export function forget(engine: Engine, connection: Connection): void {
  if (connection.state !== 'established' || connection.forgotten) return;
  const gateway = gatewayOf(engine, connection);
  if (!gateway || !connection.nat) return;
  connection.forgotten = true;
  gateway.minute.IdleTimeoutCount += 1;
  gateway.active -= 1;
  releaseNatPortNow(gateway.ports, connection.destination, connection.host, connection.nat);
}

/** Gives back everything the connection holds; `timeWait` when the client's side closed first. */
export function letGo(engine: Engine, connection: Connection, timeWait: boolean, atMs: number): void {
  const wasEstablished = connection.state === 'established';
  connection.state = 'closed';
  const workload = workloadOf(engine, connection.workload);
  const ports = engine.hosts[connection.host];
  const released = {
    destination: connection.destination,
    port: connection.path.clientPort,
    bound: workload.bindsFirst,
  };
  if (ports) giveBackHostPort(ports, released, timeWait, atMs);
  const gateway = gatewayOf(engine, connection);
  if (gateway) {
    gateway.bytesPerSecond -= connection.bytesPerSecond;
    if (connection.nat && !connection.forgotten) releaseAtGateway(connection, gateway, atMs, wasEstablished);
  }
  for (const leg of connection.legs) closeLeg(leg, atMs);
  const state = engine.workloads[connection.workload];
  if (state?.open.delete(connection)) state.inFlight -= 1;
  stopTracking(engine, connection.host, atMs);
}

function gatewayOf(engine: Engine, connection: Connection): GatewayState | null {
  const { gateway } = workloadOf(engine, connection.workload);
  return gateway === null ? null : (engine.gateways[gateway] ?? null);
}

/** TCP: held after the FIN. UDP has no FIN: the gateway keeps the port until the flow has been idle long enough. */
function releaseAtGateway(connection: Connection, gateway: GatewayState, atMs: number, wasActive: boolean): void {
  if (!connection.nat) return;
  const isUdp = connection.path.destination.protocol === UDP;
  const { holdSeconds, idleSeconds } = gateway.ports.gateway;
  const freeMs = atMs + (isUdp ? idleSeconds : holdSeconds) * 1000;
  giveBackNatPort(gateway.ports, connection.destination, connection.host, connection.nat, freeMs);
  if (wasActive && !isUdp) gateway.active -= 1;
}

export function trackedConnections(engine: Engine, host: number, nowMs: number): number {
  const tracked = engine.tracked[host];
  if (!tracked) return 0;
  releaseDue(tracked.closed, nowMs, () => undefined);
  return tracked.open + waiting(tracked.closed);
}

function stopTracking(engine: Engine, host: number, atMs: number): void {
  const tracked = engine.tracked[host];
  if (!tracked) return;
  tracked.open -= 1;
  if (engine.world.hosts[host]?.conntrackLimit != null)
    enqueue(tracked.closed, atMs + TRACKED_AFTER_CLOSE_SECONDS * 1000, null);
}
