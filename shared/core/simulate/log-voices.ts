import type { Connection, Engine } from './engine-state.ts';
import { workloadOf } from './engine-state.ts';
import { writeLog } from './log-output.ts';
import { NODE_CODE, WORDINGS, type ConnectFailure } from './log-wording.ts';
import type { SimHost, SimService, Workload } from './world.ts';

/** What a workload's program says of a failed attempt, in its runtime's words. Programs without a runtime say nothing. */
export function logFailure(
  engine: Engine,
  workloadIndex: number,
  hostIndex: number,
  destinationIndex: number,
  failure: ConnectFailure,
  atMs: number,
  elapsedMs: number,
): void {
  const workload = workloadOf(engine, workloadIndex);
  const host = engine.world.hosts[hostIndex];
  const destination = engine.destinations[destinationIndex];
  if (workload.runtime === null || !host || !destination) return;
  const service = engine.world.services[workload.service] as SimService;
  const context = {
    destination,
    host: service.hostNames.length > 0 ? engine.random.pick(service.hostNames) : destination.address,
    localAddress: host.address,
    elapsedMs,
    timeoutMs: workload.connectTimeoutMs,
  };
  const text = WORDINGS[workload.runtime](failure, context);
  const isNode = workload.runtime === 'node' || workload.runtime === 'undici';
  const { address, port } = destination;
  const err = {
    message: text,
    code: NODE_CODE[failure],
    syscall: failure === 'reset' ? 'read' : 'connect',
    address,
    port,
  };
  writeLog(engine.logs, logStream(host, workload.logGroup), workload.logFormat, {
    atMs,
    level: 'error',
    message: workload.logFormat === 'json' ? `upstream call failed: ${text}` : text,
    runtime: workload.runtime,
    service: host.owner,
    hostName: hostNameOf(host),
    members: isNode && failure !== 'timeout' ? { err } : {},
  });
}

export function logSuccess(engine: Engine, connection: Connection, atMs: number): void {
  const workload = workloadOf(engine, connection.workload);
  const host = engine.world.hosts[connection.host];
  if (workload.runtime === null || !host) return;
  const { address, port } = connection.path.destination;
  const ms = Math.round(atMs - connection.openedMs);
  writeLog(engine.logs, logStream(host, workload.logGroup), workload.logFormat, {
    atMs,
    level: 'info',
    message: workload.logFormat === 'json' ? 'upstream ok' : `upstream ok dst=${address}:${port} status=200 ms=${ms}`,
    runtime: workload.runtime,
    service: host.owner,
    hostName: hostNameOf(host),
    members: { dst: `${address}:${port}`, status: 200, ms },
  });
}

export function logKernel(engine: Engine, hostIndex: number, message: string, atMs: number): void {
  const host = engine.world.hosts[hostIndex];
  if (!host) return;
  const uptime = ((atMs - engine.startMs) / 1000 + 86_400).toFixed(6);
  writeLog(engine.logs, logStream(host, '/var/log/messages'), 'plain', {
    atMs,
    level: 'warn',
    message: `${hostNameOf(host)} kernel: [${uptime}] ${message}`,
    runtime: null,
    service: 'kernel',
    hostName: hostNameOf(host),
    members: {},
  });
}

export function logChatter(engine: Engine, index: number, atMs: number): void {
  const chatter = engine.world.chatter[index];
  const host = chatter ? engine.world.hosts[chatter.host] : undefined;
  if (!chatter || !host) return;
  const { level, message } = chatter.line(engine.random);
  writeLog(engine.logs, logStream(host, chatter.logGroup), chatter.logFormat, {
    atMs,
    level,
    message,
    runtime: null,
    service: host.owner,
    hostName: hostNameOf(host),
    members: {},
  });
}

const GROUP_PREFIX = { ecs: 'ecs', ec2: 'ec2', lambda: 'aws/lambda' } as const;

/** The group's and the stream's name as a path, the way each platform names its streams. */
function logStream(host: SimHost, logGroup: Workload['logGroup']): string {
  const group = (logGroup ?? `/${GROUP_PREFIX[host.platform]}/${host.owner}`).replace(/^\//, '');
  if (host.platform === 'ecs') return `${group}/ecs/${host.owner}/${host.taskId}`;
  if (host.platform === 'lambda') return `${group}/[$LATEST]${host.taskId}`;
  return `${group}/${host.instanceId ?? host.name}`;
}

const hostNameOf = (host: SimHost): string => `ip-${host.address.replaceAll(/[.:]/g, '-')}`;
