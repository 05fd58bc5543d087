import * as z from 'zod/mini';
import { destinationSchema, LAYERS, ruledOutSchema, sourceSchema } from './schema.ts';

/** What an analysis knows besides findings: how much room there is where nothing is wrong, and which signals arrive. */

export const SUMMARY_DESTINATIONS_LIMIT = 200;
export const SUMMARY_MINUTES_LIMIT = 120;
export const SUMMARY_SOURCES_LIMIT = 5;
export const SUMMARY_RULED_OUT_LIMIT = 100;

const instant = z.iso.datetime();
const count = z.int().check(z.nonnegative());
const interval = <T extends z.core.$ZodType>(bound: T) => z.object({ low: bound, high: bound });
const utilisation = z.nullable(interval(z.number().check(z.gte(0))));

/** One minute of a heat strip. Null where no source says. */
export const headroomMinuteSchema = z.object({
  at: instant,
  utilisation,
  failures: z.nullable(interval(count)),
});

/** One destination as one resource reaches it; figures are of the last minute unless they say otherwise. */
export const destinationHeadroomSchema = z.extend(destinationSchema, {
  hostNames: z.array(z.string()),
  layer: z.enum(LAYERS),
  /** The NAT gateway, load balancer or host whose ports these are. */
  resource: z.object({ type: z.string(), id: z.string() }),
  capacityPorts: z.nullable(count),
  capacityAssumed: z.boolean(),
  portsInUse: z.nullable(interval(count)),
  utilisation,
  /** Over the summary's window. */
  peakUtilisation: utilisation,
  opens: z.nullable(count),
  /** Over the summary's window. */
  failures: z.nullable(interval(count)),
  etaAt: z.nullable(interval(instant)),
  sources: z.array(z.pick(sourceSchema, { address: true, interfaceId: true, owner: true, share: true })),
  /** Ascending, at most `SUMMARY_MINUTES_LIMIT`. */
  minutes: z.array(headroomMinuteSchema),
});

export const natGatewaySummarySchema = z.object({
  id: z.string(),
  name: z.nullable(z.string()),
  vpcId: z.nullable(z.string()),
  regional: z.boolean(),
  addresses: count,
  /** Per destination. */
  capacityPorts: z.nullable(count),
  capacityAssumed: z.boolean(),
  capacityBasis: z.string(),
  /** The last `ActiveConnectionCount`, and the `ErrorPortAllocation` of the whole window. */
  activeConnections: z.nullable(z.number()),
  allocationErrors: z.nullable(z.number()),
});

export const signalSchema = z.object({
  source: z.enum(['app-log', 'flow-log', 'metric', 'socket-table', 'inventory']),
  /** A log group, an interface, a gateway, a host. */
  subject: z.string(),
  lastAt: z.nullable(instant),
  /** How far `lastAt` lies behind the analysis. */
  behindSeconds: z.nullable(count),
  /** How far behind is usual for this source. */
  usualSeconds: count,
  /** `quiet`: only lines about failed connections are kept of a log, so a silent one is well, or not heard: none can say. */
  state: z.enum(['arriving', 'quiet', 'late', 'missing']),
});

export const summarySchema = z.object({
  /** The `now` of the analysis. */
  at: instant,
  window: z.nullable(z.object({ from: instant, to: instant })),
  natGateways: z.array(natGatewaySummarySchema),
  /** The fullest first, at most `SUMMARY_DESTINATIONS_LIMIT`. */
  destinations: z.array(destinationHeadroomSchema),
  /** What the limit dropped: how many, and how full the fullest of them could be. */
  omitted: z.object({ destinations: count, utilisationAtMost: z.number().check(z.nonnegative()) }),
  signals: z.array(signalSchema),
  /** At most `SUMMARY_RULED_OUT_LIMIT`. */
  ruledOut: z.array(ruledOutSchema),
});

export type HeadroomMinute = z.infer<typeof headroomMinuteSchema>;
export type DestinationHeadroom = z.infer<typeof destinationHeadroomSchema>;
export type NatGatewaySummary = z.infer<typeof natGatewaySummarySchema>;
export type Signal = z.infer<typeof signalSchema>;
export type Summary = z.infer<typeof summarySchema>;
