import type { HostDestination, JoinedLogRow } from '../detect/host-series.ts';
import type { BuildContext } from '../finding/build-context.ts';
import type { FindingSource } from '../finding/schema.ts';
import { countEvents } from '../model/event-count.ts';
import type { Minute } from '../model/time.ts';
import { describeOwner } from './describe-owner.ts';
import { logSourceId } from './log-source-id.ts';

type Window = { readonly startMinute: Minute; readonly endMinute: Minute };

/** What one piece of evidence says of a source; pieces of one `key` are about the same. */
type Claim = {
  readonly key: string;
  readonly source: Omit<FindingSource, 'share' | 'owner'>;
  readonly weight: number;
};

const SOURCES_LIMIT = 50;

/** Sources by the events joined to them; without events, by their ports towards the destination. */
export function rankHostSources(
  measured: readonly HostDestination[],
  logs: readonly JoinedLogRow[],
  window: Window,
  { inventory }: BuildContext,
): FindingSource[] {
  const claims = [...claimsOfLogs(logs, measured), ...claimsOfPorts(measured, window, logs.length > 0 ? 0 : 1)];
  const ranked = mergeClaims(claims)
    .sort((a, b) => b.weight - a.weight || ((a.address ?? '') < (b.address ?? '') ? -1 : 1))
    .slice(0, SOURCES_LIMIT);
  const total = ranked.reduce((sum, { weight }) => sum + weight, 0);
  return ranked.map(({ weight, ...source }) => ({
    ...source,
    owner: describeOwner(source.address, source.interfaceId, inventory),
    share: total === 0 ? 0 : Math.min(1, weight / total),
  }));
}

const claimsOfLogs = (logs: readonly JoinedLogRow[], measured: readonly HostDestination[]): Claim[] =>
  logs.flatMap(({ row, sources }): Claim[] => {
    const logSource = logSourceId(row.logSource);
    const events = countEvents(row);
    if (sources.length === 0) {
      const unknown = { address: null, interfaceId: null, opens: 0, joinedBy: 'none', logSource } as const;
      return [{ key: `log ${logSource}`, source: unknown, weight: events }];
    }
    return sources.map(({ address, interfaceId, joinedBy, weight }) => {
      const known = interfaceId ?? measured.find(({ source }) => source === address)?.interfaceId ?? null;
      const source = { address, interfaceId: known, opens: 0, joinedBy, logSource };
      return { key: address, source, weight: events * weight };
    });
  });

/** `weighs`: 0 where events rank the sources, so that ports only tell more of them. */
const claimsOfPorts = (measured: readonly HostDestination[], window: Window, weighs: 0 | 1): Claim[] =>
  measured.flatMap(({ source: address, interfaceId, uses, sockets }): Claim[] => {
    const own = [...uses.values()].filter(
      ({ minute }) => minute >= window.startMinute - 1 && minute <= window.endMinute,
    );
    const opens = own.reduce((sum, use) => sum + use.opens, 0);
    const ports = own.reduce((sum, use) => sum + use.portsHigh, 0);
    const claim = (joinedBy: FindingSource['joinedBy'], weight: number): Claim[] => [
      { key: address, source: { address, interfaceId, opens, joinedBy, logSource: null }, weight: weighs * weight },
    ];
    if (own.length > 0) return claim('flow', ports);
    return sockets.size > 0 ? claim('socket-table', 1) : [];
  });

/** The first claim of a source tells what it is; further ones add to its weight. */
function mergeClaims(claims: readonly Claim[]) {
  const found = new Map<string, Claim['source'] & { weight: number }>();
  for (const { key, source, weight } of claims) {
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, { ...source, weight });
      continue;
    }
    known.weight += weight;
    known.opens += source.opens;
    known.logSource ??= source.logSource;
  }
  return [...found.values()];
}
