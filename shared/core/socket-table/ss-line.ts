import { canonicalAddress } from '../model/address.ts';
import type { Address } from '../model/address.ts';
import { socketStateOf } from './socket.ts';
import type { Socket } from './socket.ts';

/** Lines are split at white space and only this many words are looked at; process names come later and may hold anything. */
const WORDS_LIMIT = 8;

/**
 * A line of `ss -tan` (with or without the State column, a Netid column or a zone in the address) or of `netstat -tan`.
 * Null when the line holds no pair of endpoints.
 */
export function socketOfSsLine(line: string): Socket | null {
  const words = line.trim().split(/\s+/, WORDS_LIMIT);
  if (words[0]?.startsWith('udp')) return null;
  const state = words.map(socketStateOf).find((found) => found !== null) ?? 'unknown';
  const endpoints = words.map(endpointOf).filter((endpoint) => endpoint !== null);
  const [local, remote] = endpoints;
  if (!local || !remote) return null;
  return {
    state,
    localAddress: local.address,
    localPort: local.port,
    remoteAddress: remote.address,
    remotePort: remote.port,
  };
}

type Endpoint = { readonly address: Address; readonly port: number };

const ENDPOINT = /^(\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|\*|[0-9a-fA-F:.]+)(?:%[\w.-]+)?:(\d{1,5}|\*)$/;

function endpointOf(word: string): Endpoint | null {
  const [, host = '', portText = ''] = ENDPOINT.exec(word) ?? [];
  if (host === '') return null;
  const address = host === '*' ? '0.0.0.0' : canonicalAddress(host.replace(/^\[|\]$/g, ''));
  const port = portText === '*' ? 0 : Number(portText);
  return address === null || port > 65_535 ? null : { address, port };
}

/** `State Recv-Q Send-Q Local Address:Port Peer Address:Port`, and netstat's two heading lines. */
export const isSsHeading = (line: string): boolean =>
  /\bRecv-Q\s+Send-Q\b/.test(line) || line.startsWith('Active Internet connections');
