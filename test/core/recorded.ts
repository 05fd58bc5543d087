import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createLogReader } from '../../shared/core/app-log/log-reader.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import { createInventoryReader } from '../../shared/core/inventory/inventory-reader.ts';
import { createMetricReader } from '../../shared/core/metric/metric-reader.ts';
import { EMPTY_INVENTORY, type Inventory, mergeInventory } from '../../shared/core/model/inventory.ts';
import type { Part } from '../../shared/core/model/part.ts';
import type { InputReader, Reading } from '../../shared/core/model/reading.ts';
import { type Settings, settingsSchema } from '../../shared/core/model/settings.ts';
import { partsOf } from './builders.ts';

/** The recorded incidents, through the core's own readers. */
const INCIDENTS = new URL('../fixtures/incidents/', import.meta.url);

export type IncidentName =
  | 'host-churn'
  | 'host-leak'
  | 'nat-exhaustion'
  | 'nat-leak'
  | 'nat-silent-destination'
  | 'nat-slow-upstream';
const NAT_GATEWAY = 'nat-0aaaabbbbccccdddd';

export function bytesOf(incident: IncidentName, file: string): Uint8Array {
  const bytes = readFileSync(new URL(`${incident}/${file}`, INCIDENTS));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

export const textOf = (incident: IncidentName, file: string): string =>
  new TextDecoder().decode(bytesOf(incident, file));

export const jsonOf = <T>(incident: IncidentName, file: string): T => JSON.parse(textOf(incident, file)) as T;

function readAll(reader: InputReader, bytes: Uint8Array): Reading {
  reader.push(bytes);
  return reader.finish();
}

export const flowParts = (incident: IncidentName, version: 'v2' | 'v5' | 'custom'): Part[] =>
  partsOf(
    readAll(createFlowReader({ file: 'flows.log' }), bytesOf(incident, `flow-logs.${version}.log.gz`)),
    `${incident} ${version}`,
  );

export const logParts = (incident: IncidentName, file: string): Part[] =>
  partsOf(
    readAll(
      createLogReader({ file, logSource: { group: file, stream: null, service: null } }),
      bytesOf(incident, file),
    ),
    `${incident} ${file}`,
  );

export const natLogParts = (): Part[] =>
  ['app-c1.log.gz', 'app-c2.log.gz', 'app-c3.log.gz'].flatMap((file) => logParts('nat-exhaustion', file));

export const metricParts = (
  incident: IncidentName = 'nat-exhaustion',
  natGateway: string | null = NAT_GATEWAY,
): Part[] =>
  partsOf(
    readAll(
      createMetricReader({ file: 'metrics.json', natGateway }),
      bytesOf(incident, 'nat-metrics.get-metric-data.json'),
    ),
    'metrics',
  );

export function natInventoryRead(): Inventory {
  const file = 'describe-nat-gateways.json';
  const reading = readAll(createInventoryReader({ file }), bytesOf('nat-exhaustion', file));
  return mergeInventory(EMPTY_INVENTORY, reading.inventory ?? {});
}

export const settingsOf = (incident: IncidentName): Settings => settingsSchema.parse(jsonOf(incident, 'freeport.json'));

export type Connection = Readonly<Record<string, unknown>>;

export const connectionsOf = (incident: IncidentName): Connection[] =>
  textOf(incident, 'truth/truth-connections.jsonl.gz')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Connection);
