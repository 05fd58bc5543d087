import { describe, expect, it } from 'vitest';
import { natPortUtilisation } from '../../../shared/core/detect/nat-port-utilisation.ts';
import {
  DESTINATION,
  evaluateAt,
  flowMinute,
  inventory,
  natAddress,
  natGateway,
  natSeriesOf,
  NAT_ID,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const ZONES = { 'us-east-1a': '10.0.0.220', 'us-east-1b': '10.0.2.220' } as const;
type Zone = keyof typeof ZONES;

/** Clients of one zone, and the zone's address dialling for them: as many connections stand as there are ports. */
const legs = (zone: Zone, ports: number) => [
  flowMinute({
    interfaceId: NAT_ID,
    localAddress: zone === 'us-east-1a' ? '10.0.1.5' : '10.0.3.5',
    destination: DESTINATION,
    via: ZONES[zone],
    ports: portsFrom(30_000, ports),
    overlap: [ports, ports, ports, ports],
  }),
  flowMinute({
    interfaceId: NAT_ID,
    localAddress: ZONES[zone],
    destination: DESTINATION,
    ports: portsFrom(2_000, ports),
    overlap: [ports, ports, ports, ports],
  }),
];
const gateway = (regional: boolean) =>
  inventory({
    natGateways: [
      natGateway({
        regional,
        addresses: Object.entries(ZONES).map(([availabilityZone, privateAddress]) =>
          natAddress({ privateAddress, availabilityZone }),
        ),
      }),
    ],
  });
const given = (regional: boolean) => ({
  settings: settings({ natPortsPerAddress: 100 }),
  inventory: gateway(regional),
});
const rows = [...legs('us-east-1a', 95), ...legs('us-east-1b', 20)];

describe('zones of a regional NAT gateway', () => {
  it('judges each destination by the zone that is fullest towards it', () => {
    const series = natSeriesOf(rows, given(true));
    expect(evaluateAt(natPortUtilisation, series, START, given(true))).toMatchObject({
      outcome: 'signal',
      level: 'critical',
      statement: '95 of 100 ports in use towards 203.0.113.10:443/tcp',
    });
    expect(series.destinations).toMatchObject([{ zone: 'us-east-1a', clientRows: [{ localAddress: '10.0.1.5' }] }]);
  });

  it('knows the clients of every zone that is as full, and of no other', () => {
    const clientsOf = (ports: number) =>
      natSeriesOf([...legs('us-east-1a', 95), ...legs('us-east-1b', ports)], given(true)).destinations.flatMap(
        ({ clientRows }) => [...clientRows].map(({ localAddress }) => localAddress),
      );
    expect(clientsOf(90)).toEqual(['10.0.1.5', '10.0.3.5']);
    expect(clientsOf(80)).toEqual(['10.0.1.5']);
  });

  it('adds up the addresses of a zonal gateway, which all clients share', () => {
    const series = natSeriesOf(rows, given(false));
    expect(evaluateAt(natPortUtilisation, series, START, given(false)).outcome).toBe('quiet');
    expect(series.destinations).toMatchObject([{ zone: null }]);
    expect(series.capacityAt(START)).toBe(200);
  });

  it('does not guess where records come from addresses that the inventory does not place', () => {
    const stray = flowMinute({ interfaceId: NAT_ID, localAddress: '10.0.4.220', destination: DESTINATION, via: null });
    const stranger = { ...legs('us-east-1a', 1)[0], via: '10.0.4.220' } as (typeof rows)[number];
    expect(natSeriesOf([...rows, stray, stranger], given(true)).destinations).toMatchObject([{ zone: null }]);
  });
});
