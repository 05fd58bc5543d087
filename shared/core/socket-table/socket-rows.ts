import { destinationKey } from '../model/destination.ts';
import type { ScopeId, SocketMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import type { Socket } from './socket.ts';
import type { TableRange } from './table-range.ts';
import { usageOf } from './usage.ts';

/** A bare table does not name its host, so its own address stands for it; nor its range, so `range` is what is known of it. */
export const rowsOfTable = (sockets: readonly Socket[], range: TableRange, minute: Minute): SocketMinute[] =>
  usageOf(sockets).map((usage) => ({
    kind: 'socket',
    minute,
    host: usage.localAddress,
    ...usage,
    localRange: range?.range ?? null,
  }));

export type SocketRows = {
  add(row: SocketMinute): void;
  byHost(): { readonly scope: ScopeId; readonly observations: readonly SocketMinute[] }[];
};

/** Rows of one host, minute, local address and destination become one, by maxima. */
export function createSocketRows(): SocketRows {
  const rows = new Map<string, SocketMinute>();
  return {
    add(row) {
      const key = [row.minute, row.host, row.localAddress, destinationKey(row.destination)].join(' ');
      const known = rows.get(key);
      rows.set(key, known ? maximumOf(known, row) : row);
    },
    byHost() {
      const scopes = new Map<ScopeId, SocketMinute[]>();
      for (const row of rows.values()) {
        const scope = `host:${row.host}`;
        const observations = scopes.get(scope);
        if (observations) observations.push(row);
        else scopes.set(scope, [row]);
      }
      return [...scopes].map(([scope, observations]) => ({ scope, observations }));
    },
  };
}

const maximumOf = (a: SocketMinute, b: SocketMinute): SocketMinute => ({
  ...a,
  timeWait: Math.max(a.timeWait, b.timeWait),
  established: Math.max(a.established, b.established),
  portsInUse: Math.max(a.portsInUse, b.portsInUse),
  localRange: b.localRange ?? a.localRange,
});
