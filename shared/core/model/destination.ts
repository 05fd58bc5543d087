import type { Address } from './address.ts';

export const TCP = 6;
export const UDP = 17;

/** Where connections go: the scarce unit is counted per local address and Destination. `protocol` is the IANA number. */
export type Destination = { readonly address: Address; readonly port: number; readonly protocol: number };

/** What a log line says of a destination: an address or a host name, and a port when it carries one. */
export type NamedDestination = { readonly host: string; readonly port: number | null };

export const destinationKey = (destination: Destination): string =>
  `${destination.address}|${destination.port}|${destination.protocol}`;

/** `destinationKey` for very many rows of few destinations, which mostly share them: each one's text is made once. */
export function destinationKeys(): (destination: Destination) => string {
  const known = new Map<Destination, string>();
  return (destination) => {
    const same = known.get(destination);
    if (same !== undefined) return same;
    const key = destinationKey(destination);
    known.set(destination, key);
    return key;
  };
}

export function parseDestinationKey(key: string): Destination {
  const [address = '', port = '0', protocol = '0'] = key.split('|');
  return { address, port: Number(port), protocol: Number(protocol) };
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };

export const protocolName = (protocol: number): string => PROTOCOL_NAMES[protocol] ?? String(protocol);

/** `203.0.113.10:443/tcp`, `[2001:db8::1]:443/tcp`. */
export function formatDestination({ address, port, protocol }: Destination): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${host}:${port}/${protocolName(protocol)}`;
}
