import type { FlowRows } from '../flow-rows/flow-rows.ts';
import type { ConnectErrorMinute, FlowMinute, SocketMinute } from '../model/observation.ts';

/** Texts that mean "IPv6 is off" on a host that does not use it, and exhaustion on one that does. */
const DOUBTED = /\.ipv6-(?:address|loopback)$/;
/** As sure as the same text about an IPv4 address. */
const CERTAINTY = 0.9;

/**
 * Connects that failed on an IPv6 address for want of one are mostly a mistake: IPv6 is off. Where others to the same
 * address and port succeed in the same minutes, by flow records or a socket table, it is on, and ports were missing.
 */
export function believeIpv6(
  rows: readonly ConnectErrorMinute[],
  flows: FlowRows,
  sockets: readonly SocketMinute[],
): readonly ConnectErrorMinute[] {
  const doubted = rows.filter(isDoubted);
  if (doubted.length === 0) return rows;
  const asked = new Set(doubted.map(({ destination }) => `${destination?.host} ${destination?.port}`));
  const works = new Set<string>();
  const note = ({ destination, minute }: FlowMinute | SocketMinute, succeeds: boolean): void => {
    const where = `${destination.address} ${destination.port}`;
    if (succeeds && asked.has(where)) for (const m of [minute - 1, minute, minute + 1]) works.add(`${where} ${m}`);
  };
  for (const row of flows) note(row, row.answered.size > 0);
  for (const row of sockets) note(row, row.established + row.timeWait > 0);
  return rows.map((row) =>
    isDoubted(row) && works.has(`${row.destination?.host} ${row.destination?.port} ${row.minute}`)
      ? {
          ...row,
          verdict: 'connect-exhaustion',
          certainty: CERTAINTY,
          signature: row.signature.replace(DOUBTED, ''),
        }
      : row,
  );
}

const isDoubted = (row: ConnectErrorMinute): boolean =>
  row.verdict === 'connect-misconfig' && row.destination !== null && DOUBTED.test(row.signature);
