/** A canonical IPv4 or IPv6 address: dotted decimal, or RFC 5952 lower case; IPv4-mapped IPv6 becomes IPv4. */
export type Address = string;

const PLAIN_V4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const V6_WITH_ZONE = /^([\da-f:.]*:[\da-f:.]*)(?:%.*)?$/i;
const MAPPED_V4 = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/** Returns the canonical spelling, or null when `text` is not an IP address. */
export function canonicalAddress(text: string): Address | null {
  if (PLAIN_V4.test(text))
    return text.split('.').every((part) => Number(part) <= 255) ? text.split('.').map(Number).join('.') : null;
  const [, v6] = V6_WITH_ZONE.exec(text) ?? [];
  // The platform reads every spelling of the address in a URL, and writes the one of RFC 5952.
  const url = v6 === undefined ? null : URL.parse(`http://[${v6}]`);
  return url === null ? null : unmapped(url.hostname.slice(1, -1));
}

function unmapped(address: string): Address {
  const [, ...groups] = MAPPED_V4.exec(address) ?? [];
  if (groups.length === 0) return address;
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join('.');
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
  const isPrivate = isIpv6(address) ? isPrivateV6(address) : isPrivateV4(address);
  knownPrivate.set(address, isPrivate);
  return isPrivate;
}

/** With those that name no host, or many: 0.0.0.0/8, and multicast with all that stands above it. */
function isPrivateV4(address: Address): boolean {
  const [first = 0, second = 0] = address.split('.').map(Number);
  return (
    first === 0 ||
    first === 10 ||
    first === 127 ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254) ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    first >= 224
  );
}

/** fc00::/7, fe80::/10, ff00::/8, and all of 0000::/16, with :: and ::1 in it. */
function isPrivateV6(address: Address): boolean {
  const first = Number.parseInt(address.startsWith(':') ? '0' : address, 16);
  return first === 0 || (first >= 0xfc00 && first < 0xfe00) || (first >= 0xfe80 && first < 0xfec0) || first >= 0xff00;
}
