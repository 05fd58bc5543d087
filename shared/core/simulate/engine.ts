import { MINUTE_MS } from '../model/time.ts';
import { openConnection, sendSyn, giveUp } from './connect.ts';
import { closeConnection, forget } from './disconnect.ts';
import { workloadOf, type Engine, type EngineEvent } from './engine-state.ts';
import { advanceFlowLog } from './flow-log-output.ts';
import { deliverLogs, LOG_BATCH_SECONDS } from './log-output.ts';
import { logChatter } from './log-voices.ts';
import { minuteOfMetrics, sampleGateways } from './gateway-metrics.ts';
import type { MetricPoint } from './metric-output.ts';
import { beginSecond, nextEvent, plan } from './schedule.ts';
import { knock } from './strangers.ts';
import { sampleIncidents } from './truth-sampling.ts';

/** Plays one second: what begins in it, what was planned for it, and then the clocks that look at it. */
export function playSecond(
  engine: Engine,
  second: number,
  minuteDone: (points: MetricPoint[], startMs: number) => void,
): void {
  const startMs = engine.startMs + second * 1000;
  const absoluteSecond = Math.floor(startMs / 1000);
  beginSecond(engine.schedule, absoluteSecond);
  planArrivals(engine, second, startMs);
  planPools(engine, second, startMs);
  planRestarts(engine, second, startMs);
  speak(engine, second, startMs);
  knock(engine, second, startMs);
  for (let event = nextEvent(engine.schedule); event; event = nextEvent(engine.schedule)) handle(engine, event);
  const endMs = startMs + 1000;
  sampleGateways(engine, endMs);
  sampleIncidents(engine, second, endMs);
  advanceFlowLog(engine.flowLog, endMs);
  if (endMs % (LOG_BATCH_SECONDS * 1000) === 0) deliverLogs(engine.logs, endMs);
  if (endMs % MINUTE_MS === 0) minuteDone(minuteOfMetrics(engine, second, endMs - MINUTE_MS), endMs - MINUTE_MS);
}

function handle(engine: Engine, event: EngineEvent): void {
  switch (event.kind) {
    case 'open':
      return openConnection(engine, event.workload, event.attempt, event.host, event.atMs);
    case 'syn':
      return sendSyn(engine, event.connection, event.atMs);
    case 'give-up':
      return giveUp(engine, event.connection, event.atMs);
    case 'close':
      return closeConnection(engine, event.connection, event.atMs);
    case 'idle-out':
      return forget(engine, event.connection);
  }
}

function planArrivals(engine: Engine, second: number, startMs: number): void {
  for (let workload = 0; workload < engine.world.workloads.length; workload += 1) {
    const { style, arrivalsPerSecond } = workloadOf(engine, workload);
    if (style.kind === 'pool') continue;
    const arrivals = engine.random.poisson(arrivalsPerSecond(second));
    for (let n = 0; n < arrivals; n += 1) planOpen(engine, workload, startMs);
  }
}

function planOpen(engine: Engine, workload: number, startMs: number): void {
  const atMs = startMs + engine.random.integer(0, 999);
  plan(engine.schedule, { kind: 'open', atMs, workload, attempt: 0, host: null });
}

/** A pool opens what it lacks, at most a twentieth of itself a second; all at once when it has none. */
function planPools(engine: Engine, second: number, startMs: number): void {
  for (let workload = 0; workload < engine.world.workloads.length; workload += 1) {
    const { style } = workloadOf(engine, workload);
    const state = engine.workloads[workload];
    if (style.kind !== 'pool' || !state) continue;
    const target = Math.round(style.connections(second));
    const limit = state.inFlight === 0 ? target : Math.ceil(target / 20);
    const missing = Math.min(target - state.inFlight, limit);
    for (let n = 0; n < missing; n += 1) planOpen(engine, workload, startMs);
    if (missing < 0) {
      const spare = [...state.open].filter((connection) => connection.state === 'established').slice(0, -missing);
      for (const connection of spare) plan(engine.schedule, { kind: 'close', atMs: startMs, connection });
    }
  }
}

function planRestarts(engine: Engine, second: number, startMs: number): void {
  for (let workload = 0; workload < engine.world.workloads.length; workload += 1)
    if (workloadOf(engine, workload).restartsAt.includes(second))
      for (const connection of engine.workloads[workload]?.open ?? [])
        plan(engine.schedule, { kind: 'close', atMs: startMs + engine.random.integer(0, 999), connection });
}

function speak(engine: Engine, second: number, startMs: number): void {
  for (const [index, chatter] of engine.world.chatter.entries()) {
    const lines = engine.random.poisson(chatter.linesPerSecond(second));
    for (let n = 0; n < lines; n += 1) logChatter(engine, index, startMs + engine.random.integer(0, 999));
  }
}
