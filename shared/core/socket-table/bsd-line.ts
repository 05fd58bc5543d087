import { isIpv6 } from '../model/address.ts';
import { dotEndpointOf } from './endpoint.ts';
import { socketOf, socketStateOf } from './socket.ts';
import type { Socket } from './socket.ts';

/** `tcp4 0 0 10.0.0.5.49152 203.0.113.10.443 ESTABLISHED`; `-A` puts the socket's own address before it. */
const ROW = /^(?:[0-9a-f]{6,16}\s+)?tcp(?:4|6|46)?\s+\d+\s+\d+\s+(\S+)\s+(\S+)(?:\s+(\S+))?/;

/** Without `-l`, netstat cuts an IPv6 address to this length, zone included, and its columns stand this close. */
const CUT_LENGTH = 16;
const CUT_COLUMN = 30;

/**
 * A line of `netstat -an` on macOS and the BSDs: the port follows a dot. `cut` is a socket whose IPv6 address may have
 * lost its end, which would make one destination of many. Null when it is no such line.
 */
export function socketOfBsdLine(line: string): Socket | 'cut' | null {
  const [, localWord = '', remoteWord = '', word = ''] = ROW.exec(line) ?? [];
  if (localWord === '') return null;
  const local = dotEndpointOf(localWord);
  const remote = dotEndpointOf(remoteWord);
  if (local === null || remote === null) return isCutWord(localWord) || isCutWord(remoteWord) ? 'cut' : null;
  if ((isCutWord(localWord) || isCutWord(remoteWord)) && columnWidth(line, localWord, remoteWord) < CUT_COLUMN) {
    return 'cut';
  }
  return socketOf(socketStateOf(word) ?? (remote.port === 0 ? 'listen' : 'unknown'), local, remote);
}

const isCutWord = (word: string): boolean => isIpv6(word) && word.lastIndexOf('.') === CUT_LENGTH;

function columnWidth(line: string, localWord: string, remoteWord: string): number {
  const localAt = line.indexOf(localWord);
  return line.indexOf(remoteWord, localAt + localWord.length) - localAt;
}
