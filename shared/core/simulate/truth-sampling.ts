import { secondOf, type Connection, type Engine } from './engine-state.ts';
import { highestHostUtilisation, hostPortsInUse, hostUse } from './host-ports.ts';
import { addressesServing, highestNatUse, natPortsInUse, natUse, zonesOf } from './nat-gateway.ts';
import { addTo, recordUse, type IncidentRecord } from './truth-recorder.ts';
import type { IncidentLabel, SimGateway } from './world.ts';

type Usage = {
  readonly destination: number;
  readonly used: number;
  readonly capacity: number;
  readonly bySource: ReadonlyMap<number, number>;
};

/** Once a second: how full the subject of each labelled incident is towards each of its destinations. */
export function sampleIncidents(engine: Engine, second: number, nowMs: number): void {
  if (second < 0) return;
  if (second % SAMPLE_ALL_SECONDS === 0) sampleEverything(engine, nowMs);
  for (const [index, label] of engine.world.labels.incidents.entries()) {
    const record = engine.truth.incidents[index];
    if (!record) continue;
    const inside = second >= label.onsetSecond && second < label.endSecond;
    for (const usage of usagesOf(engine, label, second, nowMs)) sample(record, usage, second, nowMs, inside);
  }
}

const SAMPLE_ALL_SECONDS = 10;

/** How full anything at all is, for what fills up without taking another port: leaks, and capacity that goes away. */
function sampleEverything(engine: Engine, nowMs: number): void {
  const { truth } = engine;
  const minute = minuteSinceStart(engine, nowMs - 1);
  for (const [index, { ports }] of engine.gateways.entries()) {
    const { ofAddress, ofGroup } = highestNatUse(ports, nowMs);
    truth.highest = Math.max(truth.highest, ofAddress / ports.gateway.portsPerAddress);
    recordUse(truth, `nat/${index}`, minute, ofGroup / natCapacity(ports.gateway, secondOf(engine, nowMs)));
  }
  for (const [index, ports] of engine.hosts.entries()) {
    const highest = highestHostUtilisation(ports, nowMs);
    truth.highest = Math.max(truth.highest, highest);
    recordUse(truth, `host/${index}`, minute, highest);
  }
}

/** A gateway has just given a port away: nothing is fuller than right after. */
export function noteNatUse(engine: Engine, gatewayIndex: number, connection: Connection, atMs: number): void {
  const state = engine.gateways[gatewayIndex];
  if (!state || !connection.nat || atMs < engine.startMs) return;
  const { gateway } = state.ports;
  const { addressIndex } = connection.nat;
  const serving = addressesServing(state.ports, engine.world.hosts[connection.host]?.zone ?? '');
  const { own, all } = natUse(state.ports, connection.destination, addressIndex, serving, atMs);
  engine.truth.highest = Math.max(engine.truth.highest, own / gateway.portsPerAddress);
  const utilisation = all / natCapacity(gateway, secondOf(engine, atMs));
  recordUse(engine.truth, `nat/${gatewayIndex}`, minuteSinceStart(engine, atMs), utilisation);
}

/** A host has just given a port away. */
export function noteHostUse(engine: Engine, host: number, destination: number, atMs: number): void {
  const ports = engine.hosts[host];
  if (!ports || atMs < engine.startMs) return;
  const utilisation = hostUse(ports, destination);
  engine.truth.highest = Math.max(engine.truth.highest, utilisation);
  recordUse(engine.truth, `host/${host}`, minuteSinceStart(engine, atMs), utilisation);
}

const minuteSinceStart = ({ startMs }: Engine, atMs: number): number => Math.floor((atMs - startMs) / 60_000);

const zonesOfWorkload = ({ world }: Engine, workload: number): string[] =>
  (world.workloads[workload]?.hosts ?? []).flatMap((host) => world.hosts[host]?.zone ?? []);

/** Ports towards one destination of the addresses that stand in for each other. */
const natCapacity = ({ portsPerAddress, addressesInUse }: SimGateway, second: number): number =>
  portsPerAddress * Math.max(1, Math.round(addressesInUse(second)));

function usagesOf(engine: Engine, label: IncidentLabel, second: number, nowMs: number): Usage[] {
  const destinations = label.services.flatMap((service) => engine.destinationsOf[service] ?? []);
  if (label.layer === 'nat') return natUsages(engine, label, destinations, second, nowMs);
  const hostIndex = engine.world.hosts.findIndex((host) => host.address === label.subject.id);
  const ports = engine.hosts[hostIndex];
  if (!ports) return [];
  const capacity = ports.host.range.high - ports.host.range.low + 1;
  const shared =
    ports.host.system === 'windows' || label.culprits.some((workload) => engine.world.workloads[workload]?.bindsFirst);
  return destinations.map((destination) => {
    const own = hostPortsInUse(ports, destination, nowMs);
    const used = shared ? hostPortsInUse(ports, null, nowMs) : own;
    return { destination, used, capacity, bySource: new Map([[hostIndex, own]]) };
  });
}

function natUsages(
  engine: Engine,
  label: IncidentLabel,
  destinations: readonly number[],
  second: number,
  nowMs: number,
): Usage[] {
  const state = engine.gateways.find(({ ports }) => ports.gateway.id === label.subject.id);
  if (!state) return [];
  const { gateway } = state.ports;
  const capacity = natCapacity(gateway, second);
  // Zones do not stand in for each other: who goes out by another zone takes no port of those that run out.
  const struck = new Set(label.culprits.flatMap((workload) => zonesOfWorkload(engine, workload)));
  const zones = zonesOf(gateway)
    .filter((zone) => gateway.zone !== null || struck.has(zone))
    .map((zone) => addressesServing(state.ports, zone));
  return destinations.map((destination) => {
    const uses = zones.map((serving) => natPortsInUse(state.ports, destination, serving, nowMs));
    const used = Math.max(...uses.map((each) => each.used));
    return { destination, capacity, used, bySource: new Map(uses.flatMap(({ bySource }) => [...bySource])) };
  });
}

function sample(record: IncidentRecord, usage: Usage, second: number, nowMs: number, inside: boolean): void {
  const { used, capacity, destination, bySource } = usage;
  const utilisation = used / capacity;
  const minute = Math.floor(second / 60);
  record.utilisation[minute] = Math.max(record.utilisation[minute] ?? 0, utilisation);
  if (!inside) return;
  if (used > record.peakPorts) {
    record.peakPorts = used;
    record.peakDestination = destination;
    record.peakAtMs = nowMs;
    record.capacityAtPeak = capacity;
  }
  if (utilisation >= 0.75) record.crossedMs.warning ??= nowMs;
  if (utilisation >= 0.9) record.crossedMs.critical ??= nowMs;
  if (utilisation >= 1) record.crossedMs.full ??= nowMs;
  for (const [source, ports] of bySource) {
    addTo(record.portSecondsBySource, source, ports);
    addTo(record.portSecondsByDestination, destination, ports);
  }
}
