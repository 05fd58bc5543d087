import { createLogReader } from '../../../shared/core/app-log/log-reader.ts';
import type { ConnectErrorMinute } from '../../../shared/core/model/observation.ts';
import type { Reading } from '../../../shared/core/model/reading.ts';

/** Reads `bytes` in chunks of `chunkLength`, as a file named `app.log`. */
export function readLog(bytes: Uint8Array | string, chunkLength = 65_536): Reading {
  const whole = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const reader = createLogReader({ file: 'app.log', logSource: { group: 'app.log', stream: null, service: null } });
  for (let at = 0; at < whole.length; at += chunkLength) reader.push(whole.subarray(at, at + chunkLength));
  return reader.finish();
}

export const rowsOf = (reading: Reading): readonly ConnectErrorMinute[] =>
  reading.scopes
    .flatMap(({ observations }) => observations)
    .filter((row): row is ConnectErrorMinute => row.kind === 'connect-error');
