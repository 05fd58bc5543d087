import { describe, expect, it } from 'vitest';
import { hostBudget, natBudget, observeCeiling, observeTables } from '../../../shared/core/detect/port-budget.ts';
import { CLIENT, flowMinute, natAddress, natGateway, natRun, natSeriesOf, portsFrom, settings } from '../builders.ts';

describe('natBudget', () => {
  it('is ports per address × addresses of the inventory', () => {
    const gateway = natGateway({ addresses: [natAddress(), natAddress({ privateAddress: '10.0.0.221' })] });
    expect(natBudget(gateway, null, settings())).toEqual({
      capacityPorts: 110_000,
      addresses: 2,
      assumed: false,
      basis: '2 addresses × 55000 ports (inventory)',
    });
  });

  it('is assumed without an inventory: one address, or those that flow records show', () => {
    expect(natBudget(null, null, settings())).toMatchObject({ capacityPorts: 55_000, assumed: true });
    const rows = natRun(1, () => ({ opened: [2_000] }));
    const second = natRun(1, () => ({ opened: [3_000] })).map((row) =>
      row.via === null ? { ...row, localAddress: '10.0.0.221' } : { ...row, via: '10.0.0.221' },
    );
    const { flows } = natSeriesOf([...rows, ...second]);
    expect(natBudget(null, flows, settings())).toMatchObject({ capacityPorts: 110_000, assumed: true });
    expect(natBudget(natGateway({ addresses: [] }), flows, settings()).assumed).toBe(true);
  });

  it('takes the ports per address from the settings', () => {
    expect(natBudget(natGateway(), null, settings({ natPortsPerAddress: 128 })).capacityPorts).toBe(128);
  });
});

describe('hostBudget', () => {
  const table = { low: 1_024, high: 65_535 };
  const own = settings({
    portRange: { low: 40_000, high: 40_299 },
    portRangeByAddress: { [CLIENT]: { low: 1, high: 10 } },
  });

  it('takes the range of a socket table first, then the address’s, then everybody’s', () => {
    expect(hostBudget(CLIENT, table, own)).toMatchObject({ capacityPorts: 64_512, assumed: false });
    expect(hostBudget(CLIENT, null, own)).toMatchObject({ capacityPorts: 10, assumed: false });
    expect(hostBudget('10.0.1.6', null, own)).toMatchObject({ capacityPorts: 300, assumed: false });
    expect(hostBudget(null, null, own)).toMatchObject({ capacityPorts: 300, assumed: false });
  });

  it('takes what a setting says before the default of the platform that a table comes from', () => {
    const dynamic = { low: 49_152, high: 65_535 };
    expect(hostBudget(CLIENT, dynamic, own)).toMatchObject({ capacityPorts: 10, assumed: false });
    expect(hostBudget(CLIENT, dynamic, settings())).toMatchObject({ capacityPorts: 16_384, assumed: true });
  });

  it('is Linux’s default when nobody says, and says that it is assumed', () => {
    expect(hostBudget(CLIENT, null, settings())).toMatchObject({ capacityPorts: 28_232, assumed: true });
  });
});

describe('observeCeiling', () => {
  const assumed = { capacityPorts: 1_000, assumed: true, basis: 'assumed' };
  const seen = (ports: number[]) => observeCeiling([flowMinute({ ports })], assumed).capacityPorts;

  it('is a dense range well below the assumption', () => {
    expect(observeCeiling([flowMinute({ ports: portsFrom(1_024, 128) })], assumed)).toMatchObject({
      capacityPorts: 128,
      assumed: true,
    });
    expect(seen(portsFrom(1_024, 128).filter((port) => port % 8 !== 0))).toBe(127);
  });

  it('is the assumption while the ports are few, scattered, or more than half of it', () => {
    expect(seen(portsFrom(1_024, 15))).toBe(1_000);
    expect(seen(portsFrom(1_024, 16))).toBe(16);
    expect(seen(portsFrom(1_024, 300).filter((port) => port % 4 !== 0))).toBe(1_000);
    expect([seen(portsFrom(1_024, 500)), seen(portsFrom(1_024, 501))]).toEqual([500, 1_000]);
    expect(observeCeiling([], assumed)).toBe(assumed);
  });

  it('looks at each destination by itself, for each has ports of its own', () => {
    const other = { address: '203.0.113.99', port: 443, protocol: 6 };
    const rows = [
      flowMinute({ ports: portsFrom(1_024, 100) }),
      flowMinute({ destination: other, ports: portsFrom(5_000, 50) }),
    ];
    expect(observeCeiling(rows, assumed).capacityPorts).toBe(100);
  });

  it('counts the range once for each address that goes to the fullest destination', () => {
    const rows = [
      flowMinute({ ports: portsFrom(1_024, 100) }),
      flowMinute({ localAddress: '10.0.1.6', ports: portsFrom(1_024, 90) }),
    ];
    expect(observeCeiling(rows, assumed)).toMatchObject({
      capacityPorts: 200,
      addresses: 2,
      basis: 'observed: no port outside 1024–1123 while connections failed, at each of 2 addresses',
    });
  });
});

describe('observeTables', () => {
  const assumed = { capacityPorts: 28_232, assumed: true, basis: 'assumed' };
  const seen = (...ports: number[]) =>
    observeTables(
      ports.map((portsInUse) => ({ portsInUse })),
      assumed,
    ).capacityPorts;

  it('is as many as the fullest tables show, while connects fail', () => {
    expect(seen(120, 300, 299)).toBe(300);
    expect(observeTables([{ portsInUse: 300 }, { portsInUse: 300 }], assumed)).toMatchObject({
      assumed: true,
      basis: 'observed: no more than 300 ports in use while connects failed',
    });
  });

  it('is the assumption while they are few or more than half of it, and what somebody said', () => {
    expect([seen(), seen(63, 63), seen(14_117, 14_117), seen(120, 300)]).toEqual([28_232, 28_232, 28_232, 28_232]);
    expect(
      observeTables([{ portsInUse: 300 }, { portsInUse: 300 }], { ...assumed, assumed: false }).capacityPorts,
    ).toBe(28_232);
  });
});
