import ipaddr from 'ipaddr.js';

/** A canonical IPv4 or IPv6 address: dotted decimal, or RFC 5952 lower case; IPv4-mapped IPv6 becomes IPv4. */
export type Address = string;

const PLAIN_V4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/** Returns the canonical spelling, or null when `text` is not an IP address. */
export function canonicalAddress(text: string): Address | null {
  if (PLAIN_V4.test(text))
    return text.split('.').every((part) => Number(part) <= 255) ? text.split('.').map(Number).join('.') : null;
  if (!text.includes(':')) return null;
  try {
    return ipaddr.process(text.replace(/%.*$/, '')).toString();
  } catch {
    return null;
  }
}

export const isIpv6 = (address: Address): boolean => address.includes(':');

/** Every row of a log asks about its addresses, which are few. */
const KNOWN_LIMIT = 65_536;
const knownPrivate = new Map<Address, boolean>();

/** True for addresses that cannot be a destination on the internet: RFC 1918, shared, link-local, loopback, unique-local. */
export function isPrivateAddress(address: Address): boolean {
  const known = knownPrivate.get(address);
  if (known !== undefined) return known;
  if (knownPrivate.size === KNOWN_LIMIT) knownPrivate.clear();
  const isPrivate = isOutsideInternet(address);
  knownPrivate.set(address, isPrivate);
  return isPrivate;
}

function isOutsideInternet(address: Address): boolean {
  try {
    const range = ipaddr.parse(address).range();
    return range !== 'unicast' && range !== 'reserved';
  } catch {
    return false;
  }
}
