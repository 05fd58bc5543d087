import { colonEndpointOf } from './endpoint.ts';
import { socketOf, socketStateOf } from './socket.ts';
import type { Socket } from './socket.ts';

/** Protocol in capitals, local and foreign address, state; a PID and an offload state may follow. */
const ROW = /^\s*TCP\s+(\S+)\s+(\S+)(?:\s+(\S+))?/;

/**
 * A line of Windows `netstat -an` or `-ano`. Windows translates the state and writes it in the console's code page
 * (`ABH?REN`), so a foreign address with port 0 tells a listening socket whatever the word. Null when it is none.
 */
export function socketOfWindowsLine(line: string): Socket | null {
  const [, localWord = '', remoteWord = '', word = ''] = ROW.exec(line) ?? [];
  const local = colonEndpointOf(localWord);
  const remote = colonEndpointOf(remoteWord);
  if (local === null || remote === null) return null;
  return socketOf(socketStateOf(word) ?? (remote.port === 0 ? 'listen' : 'unknown'), local, remote);
}

/** `Proto  Local Address  Foreign Address  State`, in whatever language: Linux and macOS have queue columns there. */
export const isWindowsHeading = (line: string): boolean =>
  /^\s*Proto\s{2,}\S/.test(line) && !/Recv-Q|Send-Q/.test(line);
