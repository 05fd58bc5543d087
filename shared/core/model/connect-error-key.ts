import type { ConnectErrorMinute } from './observation.ts';

/** All that tells rows of log events apart, the minute first; rows of one key add up. */
export const connectErrorKey = (row: ConnectErrorMinute): string =>
  JSON.stringify([
    row.minute,
    row.signature,
    row.verdict,
    row.runtime,
    row.logSource,
    row.destination,
    row.localAddress,
    row.zoneAssumed,
  ]);
