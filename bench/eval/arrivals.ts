import { createLogReader } from '../../shared/core/app-log/log-reader.ts';
import { createFastFlowReader } from '../../shared/core/flow-log/fast-reader.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import { createInventoryReader } from '../../shared/core/inventory/inventory-reader.ts';
import { createMetricReader } from '../../shared/core/metric/metric-reader.ts';
import { mergeInventory, type InventoryFragment } from '../../shared/core/model/inventory.ts';
import { PART_VERSION, type Part } from '../../shared/core/model/part.ts';
import type { Reading } from '../../shared/core/model/reading.ts';
import type { Delivery } from '../../shared/core/simulate/deliveries.ts';
import { FLOW_FORMATS, type FlowFormatName } from '../../shared/core/simulate/flow-format.ts';
import type { Random } from '../../shared/core/simulate/random.ts';

/** What one delivered object says, and when Freeport has it: `promptMs` without delays, `delayedMs` with drawn ones. */
export type Arrival = {
  readonly parts: readonly Part[];
  readonly inventory: InventoryFragment | null;
  readonly kind: Delivery['kind'];
  readonly promptMs: number;
  readonly delayedMs: number;
};

const MINUTE_MS = 60_000;
const OBJECT_MS = 300_000;

/**
 * Draws an object's delivery delay in milliseconds after the object's end. S3 flow logs 6–20 min with a median of 11;
 * flow logs in CloudWatch Logs 4–8 min; metrics 1–3 min; logs 5–15 s. An S3 object covers five minutes, so its oldest
 * record waits five minutes longer.
 */
export function drawDelayMs(kind: Delivery['kind'], target: 's3' | 'cloudwatch', random: Random): number {
  switch (kind) {
    case 'flow-log':
      if (target === 'cloudwatch') return random.between(4, 8) * MINUTE_MS;
      return (random.chance(0.5) ? random.between(6, 11) : random.between(11, 20)) * MINUTE_MS;
    case 'metric':
      return random.between(1, 3) * MINUTE_MS;
    case 'app-log':
      return random.between(5, 15) * 1000;
    case 'inventory':
      return 0;
  }
}

/** Reads deliveries as they come; an S3 object written in slices of a minute arrives as the one object it stands for. */
export function createReceiver(
  target: 's3' | 'cloudwatch',
  format: FlowFormatName,
  natGateway: string | null,
  random: Random,
) {
  const arrivals: Arrival[] = [];
  const objectDelays = new Map<number, number>();
  let rejected = 0;
  const delayedMs = ({ kind, completeMs }: Delivery): number => {
    if (kind !== 'flow-log' || target !== 's3') return completeMs + drawDelayMs(kind, target, random);
    const objectEndMs = Math.ceil(completeMs / OBJECT_MS) * OBJECT_MS;
    const known = objectDelays.get(objectEndMs) ?? drawDelayMs(kind, target, random);
    objectDelays.set(objectEndMs, known);
    return objectEndMs + known;
  };
  return {
    receive(delivery: Delivery): void {
      const reading = readingOf(delivery, format, natGateway);
      rejected += reading.counts.rejected;
      arrivals.push({
        kind: delivery.kind,
        parts: partsOf(reading, delivery.path),
        inventory: reading.inventory,
        promptMs: delivery.completeMs,
        delayedMs: delayedMs(delivery),
      });
    },
    arrivals,
    rejected: () => rejected,
  };
}

function readingOf({ kind, path, bytes }: Delivery, format: FlowFormatName, natGateway: string | null): Reading {
  const reader =
    kind === 'flow-log'
      ? (bytes.length > LARGE_BYTES ? createFastFlowReader : createFlowReader)({
          file: path,
          format: FLOW_FORMATS[format],
        })
      : kind === 'metric'
        ? createMetricReader({ file: path, natGateway })
        : kind === 'app-log'
          ? createLogReader({ file: path, logSource: { group: path, stream: null, service: null } })
          : createInventoryReader({ file: path });
  reader.push(bytes);
  return reader.finish();
}

/** Both readers say the same; the fast one costs some milliseconds before its first byte. */
const LARGE_BYTES = 2_000_000;

/** The id derives from the delivered object's name, as it does for an S3 key. */
function partsOf({ source, scopes, fields }: Reading, path: string): Part[] {
  if (source === 'inventory') return [];
  return scopes.map(({ scope, observations }) => ({
    version: PART_VERSION,
    id: `${path}#${source}#${scope}`,
    source,
    scope,
    input: path,
    fields,
    observations,
  }));
}

/** The newest answer of each describe call that has arrived. */
export function inventoryAt(arrivals: readonly Arrival[], nowMs: number) {
  const latest: Record<string, InventoryFragment> = {};
  for (const { inventory, promptMs } of arrivals) {
    if (!inventory || promptMs > nowMs) continue;
    for (const [key, value] of Object.entries(inventory)) if (value.length > 0) latest[key] = { [key]: value };
  }
  return mergeInventory(...Object.values(latest));
}
