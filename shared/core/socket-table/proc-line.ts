import { canonicalAddress } from '../model/address.ts';
import type { Address } from '../model/address.ts';
import type { Socket, SocketState } from './socket.ts';

/** `sl: local rem st …` of /proc/net/tcp and /proc/net/tcp6: addresses in host-order 32-bit words, ports big-endian. */
const PROC_LINE =
  /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{2}) /;

/** include/net/tcp_states.h. */
const STATES: Readonly<Record<string, SocketState>> = {
  '01': 'established',
  '06': 'time-wait',
  '07': 'closed',
  '0A': 'listen',
};

export const isProcHeading = (line: string): boolean => /^\s*sl\s+local_address\s+rem(?:ote)?_address\s/.test(line);

/** Null when the line is none of /proc/net/tcp or tcp6. */
export function socketOfProcLine(line: string): Socket | null {
  const [, localHex = '', localPort = '', remoteHex = '', remotePort = '', state = ''] = PROC_LINE.exec(line) ?? [];
  const localAddress = addressOfHex(localHex);
  const remoteAddress = addressOfHex(remoteHex);
  if (localAddress === null || remoteAddress === null) return null;
  return {
    state: STATES[state] ?? 'other',
    localAddress,
    localPort: Number.parseInt(localPort, 16),
    remoteAddress,
    remotePort: Number.parseInt(remotePort, 16),
  };
}

/** The kernel prints each 32-bit word as a number of the host; every platform of AWS is little-endian. */
function addressOfHex(hex: string): Address | null {
  const bytes: number[] = [];
  for (let word = 0; word < hex.length; word += 8) {
    for (let at = 6; at >= 0; at -= 2) bytes.push(Number.parseInt(hex.slice(word + at, word + at + 2), 16));
  }
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return null;
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  return canonicalAddress(groups.join(':'));
}
