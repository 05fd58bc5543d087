import * as z from 'zod/mini';
import { canonicalAddress } from '../model/address.ts';
import type { PortRange, SocketMinute } from '../model/observation.ts';
import { isoOf, minuteOf } from '../model/time.ts';
import type { DestinationUsage } from './usage.ts';

/** Destinations in one line: with the longest addresses it stays below the 16 KiB that a line may have when read back. */
export const HOST_LINE_DESTINATIONS_LIMIT = 80;

const port = z.int().check(z.gte(0), z.lte(65_535));
const count = z.int().check(z.gte(0));

/** One line of `freeport host --watch`, and what `freeport host --format json` prints. */
export const hostLineSchema = z.object({
  freeport: z.literal('host'),
  version: z.literal(1),
  at: z.iso.datetime(),
  host: z.string(),
  localRange: z.nullable(z.object({ low: port, high: port })),
  destinations: z.array(
    z.object({
      localAddress: z.string(),
      address: z.string(),
      port,
      protocol: z.int().check(z.gte(0), z.lte(255)),
      timeWait: count,
      established: count,
      portsInUse: count,
    }),
  ),
  /** Destinations left out of the line, and the ports of the largest of them. */
  dropped: z.object({ destinations: count, largestPortsInUse: count }),
});

export type HostLine = z.infer<typeof hostLineSchema>;

export function hostLineOf(snapshot: {
  readonly atMs: number;
  readonly host: string;
  readonly localRange: PortRange | null;
  readonly usage: readonly DestinationUsage[];
}): HostLine {
  const shown = snapshot.usage.slice(0, HOST_LINE_DESTINATIONS_LIMIT);
  const left = snapshot.usage.slice(HOST_LINE_DESTINATIONS_LIMIT);
  return {
    freeport: 'host',
    version: 1,
    at: isoOf(snapshot.atMs),
    host: snapshot.host,
    localRange: snapshot.localRange,
    destinations: shown.map(({ localAddress, destination, timeWait, established, portsInUse }) => ({
      localAddress,
      ...destination,
      timeWait,
      established,
      portsInUse,
    })),
    dropped: { destinations: left.length, largestPortsInUse: left[0]?.portsInUse ?? 0 },
  };
}

/** Null when the value is no such line. Rows with unreadable addresses are left out and counted in `unreadable`. */
export function socketMinutesOfHostLine(value: unknown): { rows: SocketMinute[]; unreadable: number } | null {
  const parsed = hostLineSchema.safeParse(value);
  if (!parsed.success) return null;
  const { at, host, localRange, destinations } = parsed.data;
  const rows = destinations.flatMap((row): SocketMinute[] => {
    const localAddress = canonicalAddress(row.localAddress);
    const address = canonicalAddress(row.address);
    if (localAddress === null || address === null) return [];
    const { port: destinationPort, protocol, timeWait, established, portsInUse } = row;
    const destination = { address, port: destinationPort, protocol };
    const minute = minuteOf(Date.parse(at));
    return [{ kind: 'socket', minute, host, localAddress, destination, timeWait, established, portsInUse, localRange }];
  });
  return { rows, unreadable: destinations.length - rows.length };
}
