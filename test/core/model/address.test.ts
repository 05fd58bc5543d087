import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, isPrivateAddress } from '../../../shared/core/model/address.ts';

/** RFC 4291 has done away with IPv4-compatible addresses, which the library takes for IPv4. */
const isCompatible = (text: string): boolean => /^(?:0*:){2,7}\d+\./.test(text) || /^(?:0+:){6}\d+\./.test(text);

/** A library's word, for the spelling. */
function spelling(text: string): string | null {
  try {
    return ipaddr.process(text).toString();
  } catch {
    return null;
  }
}

describe('canonicalAddress', () => {
  it('spells any address as another reader of addresses does', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6().filter((text) => !isCompatible(text)),
        ),
        (text) => {
          expect(canonicalAddress(text)).toBe(spelling(text));
          expect(canonicalAddress(text.toUpperCase())).toBe(spelling(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['010.0.3.020', '10.0.3.20'],
    ['2001:0DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['::FFFF:10.0.3.20', '10.0.3.20'],
    ['::ffff:0a00:0314', '10.0.3.20'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['::1', '::1'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    '',
    '-',
    '10.0.3',
    '256.0.0.1',
    '1::2::3',
    '2001:db8',
    ':::',
    '12345::',
    '::g',
    '[::1]',
    '::1]:80/',
    'a:b@c',
  ])('%j is none', (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });
});

describe('isPrivateAddress', () => {
  it.each([
    '0.0.0.0',
    '10.0.3.20',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.251',
    '255.255.255.255',
    '::',
    '::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
  ])('%s cannot be on the internet', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '192.0.2.40',
    '198.18.0.1',
    '203.0.113.10',
    '223.255.255.255',
    '2001:db8::1',
    '2600:1f18::1',
    // What DNS64 makes of an IPv4 destination.
    '64:ff9b::cb00:710a',
  ])('%s can', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});
