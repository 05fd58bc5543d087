import { canonicalAddress } from '../model/address.ts';
import type { Address } from '../model/address.ts';

/** One end of a socket. Port 0 stands for `*`: the other end of a socket that waits for connections. */
export type Endpoint = { readonly address: Address; readonly port: number };

/** `10.0.0.5:443`, `[2001:db8::1]:443`, `:::443`, `fe80::1%eth0:443`, `*:*`. */
const COLON_ENDPOINT = /^(\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|\*|[0-9a-fA-F:.]+)(?:%[\w.-]+)?:(\d{1,5}|\*)$/;

/** `10.0.0.5.443`, `2001:db8::1.443`, `fe80::1%lo0.443`, `*.*`. */
const DOT_ENDPOINT = /^(\*|[0-9a-fA-F:.]+(?:%[\w.-]+)?)\.(\d{1,5}|\*)$/;

/** As Linux and Windows write it; null when the word is none. */
export const colonEndpointOf = (word: string): Endpoint | null => endpointOf(COLON_ENDPOINT, word);

/** As macOS and the BSDs write it; null when the word is none. */
export const dotEndpointOf = (word: string): Endpoint | null => endpointOf(DOT_ENDPOINT, word);

function endpointOf(pattern: RegExp, word: string): Endpoint | null {
  const [, host = '', portText = ''] = pattern.exec(word) ?? [];
  if (host === '') return null;
  const address = host === '*' ? '0.0.0.0' : canonicalAddress(host.startsWith('[') ? host.slice(1, -1) : host);
  const port = portText === '*' ? 0 : Number(portText);
  return address === null || port > 65_535 ? null : { address, port };
}
