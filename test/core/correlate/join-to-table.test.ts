import { describe, expect, it } from 'vitest';
import { indexClients } from '../../../shared/core/correlate/client-index.ts';
import { joinToTable } from '../../../shared/core/correlate/join-to-table.ts';
import { connectErrorMinute, settings, socketMinute, START } from '../builders.ts';

const HOST = '10.0.1.5';
const OTHER = '10.0.1.6';
const destination = { address: '203.0.113.10', port: 443, protocol: 6 };
const named = { host: '203.0.113.10', port: 443 };
const clients = indexClients([], settings());
const event = (override: Parameters<typeof connectErrorMinute>[0] = {}) => ({
  row: connectErrorMinute({ destination: named, minute: START, ...override }),
  sources: [],
});
const table = (override: Parameters<typeof socketMinute>[0] = {}) =>
  socketMinute({ minute: START, localAddress: HOST, destination, ...override });
const sourcesOf = (rows: ReturnType<typeof joinToTable>) =>
  rows.map(({ sources }) => sources.map((one) => one.address));

describe('joinToTable', () => {
  it('names the only host whose table shows the destination about then', () => {
    const rows = [event(), event({ minute: START + 1 }), event({ minute: START + 2 })];
    expect(sourcesOf(joinToTable(rows, [table()], clients))).toEqual([[HOST], [HOST], []]);
  });

  it('names nobody where two hosts do, or for another destination, or none', () => {
    expect(sourcesOf(joinToTable([event()], [table(), table({ localAddress: OTHER })], clients))).toEqual([[]]);
    expect(sourcesOf(joinToTable([event({ destination: { ...named, port: 80 } })], [table()], clients))).toEqual([[]]);
    expect(sourcesOf(joinToTable([event({ destination: null })], [table()], clients))).toEqual([[]]);
  });

  it('leaves a log source alone of which something else is known', () => {
    const known = { address: OTHER, interfaceId: null, joinedBy: 'setting' as const, weight: 1 };
    const rows = [{ ...event(), sources: [known] }, event()];
    expect(joinToTable(rows, [table()], clients)).toBe(rows);
  });
});
