import { describe, expect, it } from 'vitest';
import { indexClients } from '../../../shared/core/correlate/client-index.ts';
import { CLIENT, CLIENT_INTERFACE, flowMinute, NAT_ADDRESS, portsFrom, settings, START } from '../builders.ts';

const TO = { host: '203.0.113.10', port: 443 };
const OTHER = '10.0.1.6';
const rows = [
  flowMinute({ ports: portsFrom(2_000, 30) }),
  flowMinute({ minute: START + 1, localAddress: OTHER, interfaceId: 'eni-other', ports: portsFrom(2_000, 10) }),
];
const index = indexClients(rows, settings({ hostNames: { 'API.example.com': ['203.0.113.10', 'no address'] } }));

describe('indexClients', () => {
  it('weighs the clients of the minute and the ones beside it by their ports', () => {
    expect(index.at(TO, START)).toEqual([
      { address: CLIENT, interfaceId: CLIENT_INTERFACE, weight: 0.75 },
      { address: OTHER, interfaceId: 'eni-other', weight: 0.25 },
    ]);
    expect(index.at(TO, START + 2)).toMatchObject([{ address: OTHER, weight: 1 }]);
    expect(index.at(TO, START - 1)).toMatchObject([{ address: CLIENT, weight: 1 }]);
    expect(index.at(TO, START + 3)).toEqual([]);
  });

  it('knows who ever talked to a destination', () => {
    expect(index.ever(TO).map(({ address }) => address)).toEqual([CLIENT, OTHER]);
    expect(index.ever({ ...TO, port: 8_443 })).toEqual([]);
  });

  it('names nobody for a destination without a port', () => {
    expect([index.at({ ...TO, port: null }, START), index.ever({ ...TO, port: null })]).toEqual([[], []]);
  });

  it('resolves host names by the settings, whatever their case, and addresses to themselves', () => {
    expect(index.resolve('api.EXAMPLE.com')).toEqual(['203.0.113.10']);
    expect(index.resolve('::ffff:203.0.113.10')).toEqual(['203.0.113.10']);
    expect(index.resolve('unknown.example.com')).toEqual([]);
    expect(index.ever({ host: 'api.example.com', port: 443 })).toHaveLength(2);
  });

  it('does not take a forwarding interface for the client’s', () => {
    const forwarded = indexClients([flowMinute({ via: NAT_ADDRESS, ports: [1] })], settings());
    expect(forwarded.ever(TO)).toEqual([{ address: CLIENT, interfaceId: null, weight: 1 }]);
  });
});
