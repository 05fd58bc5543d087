import { describe, expect, it } from 'vitest';
import { progressLabel } from '../../cli/flows/progress-label.ts';
import { run } from './run-freeport.ts';

const RECORDED = 'test/fixtures/incidents';
const flows = (...args: readonly string[]) => run('bench/flow/flows.mjs', args);

const FIELDS = 'srcaddr dstaddr srcport dstport protocol start';
const flowsOf = (text: string) =>
  run('bench/flow/flows.mjs', ['-', '--fields', FIELDS, '--format', 'json'], Buffer.from(text));

describe('freeport flows', () => {
  it('ranks destinations over all minutes, as JSON of the promised shape', async () => {
    const { code, stdout } = await flows(RECORDED, '--format', 'json', '--top', '2', '--threads', '1');
    expect(code).toBe(0);
    const [first] = JSON.parse(stdout) as unknown[];
    expect(first).toEqual({
      scope: expect.any(String),
      localAddress: expect.any(String),
      destination: { address: '203.0.113.10', port: 443, protocol: 6 },
      minute: null,
      distinctPorts: 450,
      opens: 450,
      unanswered: expect.any(Number),
      bytes: expect.any(Number),
      records: expect.any(Number),
      topSources: [{ address: expect.any(String), distinctPorts: 450 }],
    });
  });

  it('ranks NAT gateways by minute, with the clients behind them, as CSV and as a table', async () => {
    const csv = await flows(RECORDED, '--by', 'nat', '--by-minute', '--format', 'csv', '--top', '1');
    expect(csv.stdout.split('\n')[1]).toMatch(
      /,10\.77\.0\.220,203\.0\.113\.10,443,6,2026-01-01T10:0\d:00Z,128,.*10\.77\.1\.1\d=\d+/,
    );
    const table = await flows(RECORDED, '--by', 'nat', '--destination', '203.0.113.11:443', '--top', '1');
    expect(table.stdout).toMatch(
      /local address +destination +minute +scope +top sources\n.* 203\.0\.113\.11:443\/tcp +all /,
    );
  });

  it('says so when there is no flow log, and what was left out', async () => {
    const { code, stderr } = await flows('package.json');
    expect(code).not.toBe(0);
    expect(stderr).toContain('package.json: not a flow log');
    expect(stderr).toContain('no flow log was found');
  });

  it('fails when no record can be read, and not when there is none', async () => {
    const rejected = await flowsOf('10.0.0.5 nowhere 40000 443 6 1767261600\n');
    expect(rejected.code).toBe(2);
    expect(rejected.stderr).toContain('1 record rejected');
    expect(rejected.stderr).toContain('no record could be read');
    const skipped = await flowsOf('10.0.0.5 10.0.0.9 443 443 6 1767261600\n');
    expect([skipped.code, JSON.parse(skipped.stdout)]).toEqual([0, []]);
  });

  it('says once what lies beside flow logs', async () => {
    const { code, stderr } = await flows(RECORDED, '--top', '1');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^freeport: not a flow log \(in \d+ files, the first .+\)\n$/);
  });

  it('says where the first rejected record stands', async () => {
    const { stdout, stderr } = await flowsOf(
      '10.0.0.5 x 40000 443 6 1767261600\n10.0.0.5 10.0.0.9 40001 443 6 1767261600\n',
    );
    expect(stderr).toBe('freeport: -: 1 record rejected, the first in line 1: dstaddr is not an IP address\n');
    expect(JSON.parse(stdout)).toMatchObject([{ localAddress: '10.0.0.5', records: 1 }]);
  });

  it('says what to give instead of a bad argument', async () => {
    const { stderr } = await flows('x', '--destination', 'example.com');
    expect(stderr).toContain('give an address such as 203.0.113.10');
  });
});

describe('the label of the progress bar', () => {
  const LONG = 'logs/123456789012_vpcflowlogs_us-east-1_fl-0a1b2c3d4e5f60718_20260101T1000Z_00000000.log.gz';
  it.each([
    [80, 'logs/flows.log', '85 MB/s flows.log'],
    [80, LONG, '85 MB/s …3d4e5f60718_20260101T1000Z_00000000.log.gz'],
    [40, LONG, '85 MB/s'],
  ])('always shows the rate: %i columns, %s', (columns, file, label) => {
    const shown = progressLabel(85e6, file, columns);
    expect(shown).toBe(label);
    expect(shown.length).toBeLessThanOrEqual(columns - 29);
  });
});
