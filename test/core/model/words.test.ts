import { describe, expect, it } from 'vitest';
import { canonicalAddress, isIpv6, isPrivateAddress } from '../../../shared/core/model/address.ts';
import {
  destinationKey,
  formatDestination,
  parseDestinationKey,
  protocolName,
} from '../../../shared/core/model/destination.ts';
import { EMPTY_INVENTORY, mergeInventory } from '../../../shared/core/model/inventory.ts';
import { rangeSize } from '../../../shared/core/model/observation.ts';
import { DEFAULT_SETTINGS, settingsSchema } from '../../../shared/core/model/settings.ts';
import { stableHash } from '../../../shared/core/model/stable-hash.ts';
import { isoOf, minuteEndMs, minuteOf, minuteStartMs } from '../../../shared/core/model/time.ts';
import { DESTINATION, natGateway, networkInterface, subnet, routeTable, START } from '../builders.ts';

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.000.000.001', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each(['256.0.0.1', '10.0.0', 'api.example.com', '', 'a:b', '10.0.0.1:443', '1e3.0.0.1'])('%o is none', (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });

  it.each([
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['192.168.0.1', true],
    ['100.64.0.1', true],
    ['169.254.1.1', true],
    ['127.0.0.1', true],
    ['fd00::1', true],
    ['8.8.8.8', false],
    ['203.0.113.10', false],
    ['2600:1f18::1', false],
    ['nonsense', false],
  ])('%s cannot be on the internet: %s', (address, expected) => {
    expect(isPrivateAddress(address)).toBe(expected);
  });

  it('of version 6 have colons', () => {
    expect([isIpv6('::1'), isIpv6('10.0.0.1')]).toEqual([true, false]);
  });
});

describe('destinations', () => {
  it('have a key that can be read back', () => {
    for (const address of ['203.0.113.10', '2001:db8::1']) {
      const destination = { address, port: 443, protocol: 17 };
      expect(parseDestinationKey(destinationKey(destination))).toEqual(destination);
    }
  });

  it('are shown as people write them', () => {
    expect(formatDestination(DESTINATION)).toBe('203.0.113.10:443/tcp');
    expect(formatDestination({ address: '2001:db8::1', port: 53, protocol: 17 })).toBe('[2001:db8::1]:53/udp');
    expect(protocolName(132)).toBe('132');
  });
});

describe('inventories', () => {
  it('merge whatever the order, ascending by id', () => {
    const [a, b] = [natGateway({ id: 'nat-b' }), natGateway({ id: 'nat-a' })];
    const newer = natGateway({ id: 'nat-a', name: 'renamed' });
    const expected = mergeInventory({ natGateways: [a] }, { natGateways: [b] }, { natGateways: [newer] });
    expect(expected.natGateways.map(({ id }) => id)).toEqual(['nat-a', 'nat-b']);
    expect(mergeInventory({ natGateways: [newer, a] }, { natGateways: [b] })).toEqual(expected);
  });

  it('keep what other fragments do not speak of', () => {
    const whole = {
      natGateways: [natGateway()],
      interfaces: [networkInterface()],
      subnets: [subnet()],
      routeTables: [routeTable()],
    };
    expect(mergeInventory(whole, {})).toEqual(whole);
    expect(mergeInventory()).toEqual(EMPTY_INVENTORY);
  });
});

describe('settings', () => {
  it('all have defaults, and parts of a group keep the others', () => {
    expect(settingsSchema.parse({})).toEqual(DEFAULT_SETTINGS);
    expect(settingsSchema.parse({ hold: { natSeconds: 5 } }).hold).toEqual({ ...DEFAULT_SETTINGS.hold, natSeconds: 5 });
  });

  it.each([
    [{ natPortsPerAddress: 0 }],
    [{ natPortsPerAddress: 70_000 }],
    [{ portRange: { low: 5, high: 4 } }],
    [{ portRange: { low: 0, high: 65_536 } }],
    [{ thresholds: { warning: 1.5 } }],
    [{ thresholds: { warning: 0 } }],
    [{ resolveAfterQuietMinutes: 0 }],
    [{ unknown: true }],
    [{ hold: { natSecond: 5 } }],
  ])('do not take %o', (wrong) => {
    expect(settingsSchema.safeParse(wrong).success).toBe(false);
  });
});

describe('time', () => {
  it('is UTC, by minutes that are half-open', () => {
    expect(isoOf(minuteStartMs(START))).toBe('2026-01-01T10:00:00Z');
    expect(isoOf(minuteStartMs(START) + 5)).toBe('2026-01-01T10:00:00.005Z');
    expect([minuteOf(minuteStartMs(START)), minuteOf(minuteEndMs(START) - 1), minuteOf(minuteEndMs(START))]).toEqual([
      START,
      START,
      START + 1,
    ]);
  });
});

it('a range counts both its ends', () => {
  expect([rangeSize({ low: 32_768, high: 60_999 }), rangeSize({ low: 1, high: 1 })]).toEqual([28_232, 1]);
});

it('a stable hash is FNV-1a, 16 digits, the same for ever', () => {
  // Reference values of FNV-1a, 64 bit.
  expect([stableHash(''), stableHash('a'), stableHash('foobar')]).toEqual([
    'cbf29ce484222325',
    'af63dc4c8601ec8c',
    '85944171f73967e8',
  ]);
});
