import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freeport, INCIDENTS, run } from './run-freeport.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeport-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const NAT = join(INCIDENTS, 'nat-exhaustion');

test('a second run adds to the first, and people act on what is found', async () => {
  const store = join(folder, 'new/store.db');
  const flags = ['--store', store, '--config', join(NAT, 'freeport.json'), '--format', 'json'];
  const analyze = (...files: readonly string[]) =>
    freeport('analyze', ...flags, ...files.map((file) => join(NAT, file)));
  const findings = (...args: readonly string[]) => freeport('findings', ...args, '--store', store);

  const metrics = JSON.parse((await analyze('nat-metrics.get-metric-data.json')).stdout).findings;
  expect(metrics).toMatchObject([{ kind: 'nat-port-exhaustion', destination: null }]);
  const both = JSON.parse((await analyze('flow-logs.v5.log.gz', 'describe-nat-gateways.json')).stdout).findings;
  expect(both).toMatchObject([{ id: metrics[0].id, destination: { address: '203.0.113.10', port: 443 } }]);
  expect(JSON.parse((await analyze('flow-logs.v5.log.gz')).stdout).findings).toEqual(both);

  const { id } = both[0];
  expect((await findings('list')).stdout).toContain(id);
  expect((await findings('show', id.slice(0, 6))).stdout).toMatch(/^CRITICAL {2}NAT gateway/);
  expect((await findings('ack', id, '--by', 'ada', '--reason', 'on it')).stdout).toBe(`${id} is acknowledged\n`);
  const acknowledged = await analyze('flow-logs.v5.log.gz');
  expect(JSON.parse(acknowledged.stdout).findings).toMatchObject([{ id, status: 'acknowledged' }]);
  expect(acknowledged.code).toBe(1);
  expect((await findings('suppress', id, '--until', '2026-01-02T00:00:00Z')).stdout).toBe(
    `${id} is suppressed until 2026-01-02T00:00:00Z\n`,
  );
  expect((await analyze('flow-logs.v5.log.gz')).code).toBe(0);
  expect((await findings('resolve', id)).stdout).toBe(`${id} is resolved\n`);
  expect(await findings('ack', id)).toMatchObject({
    code: 2,
    stderr: `freeport: ${id} is resolved: there is nothing to do to it\n`,
  });
  expect((await findings('list', '--status', 'open')).stdout).toBe('No findings.\n');
  expect(await findings('show', 'zz')).toMatchObject({ code: 2, stdout: '' });
});

test('the demo prints both recorded incidents and ends when asked to', async () => {
  const { code, stdout, stderr } = await run('cli/demo.ts', ['--once']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('NAT gateway nat-0aaaabbbbccccdddd ran out of ports towards 203.0.113.10:443/tcp');
  expect(stdout).toMatch(/^Two incidents, recorded by real programs[^]*\n\n3 findings\.\n/);
  expect(stdout).toContain('ran out of local ports towards 10.92.0.1:443/tcp');
});
