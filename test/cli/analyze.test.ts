import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysisSchema } from '../../shared/core/finding/schema.ts';
import type { Analysis } from '../../shared/core/finding/schema.ts';
import { freeport, INCIDENTS, run } from './run-freeport.ts';
import type { Ended } from './run-freeport.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeport-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const analysisOf = ({ stdout }: Ended): Analysis => analysisSchema.parse(JSON.parse(stdout));

const analyzeIncident = async (name: string, ...args: readonly string[]): Promise<Ended> =>
  freeport('analyze', join(INCIDENTS, name), '--config', join(INCIDENTS, name, 'freeport.json'), ...args);

type Truth = { culprit_destination: string; control_destination: string; clients: string[]; t0: number };

async function truthOf<T>(incident: string, file: string): Promise<T> {
  return JSON.parse(await readFile(join(INCIDENTS, incident, 'truth', file), 'utf8')) as T;
}

describe('the recorded incidents', () => {
  test('of a host: destination and source named, first failure within a minute, nothing on the control', async () => {
    const labels = await truthOf<Truth>('host-churn', 'labels.json');
    const truth = await truthOf<{ first_error_s: number }>('host-churn', 'truth.json');
    const ended = await analyzeIncident('host-churn', '--format', 'json');
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    const { findings } = analysisOf(ended);
    const exhausted = findings.find(({ kind }) => kind === 'host-port-exhaustion');
    expect(exhausted).toMatchObject({ layer: 'host', cause: 'churn' });
    expect(`${exhausted?.destination?.address}:${exhausted?.destination?.port}`).toBe(labels.culprit_destination);
    expect(exhausted?.sources[0]?.address).toBe(labels.clients[0]);
    const firstFailureMs = Date.parse(exhausted?.firstFailureAt ?? '');
    expect(Math.abs(firstFailureMs - (labels.t0 + truth.first_error_s) * 1000)).toBeLessThan(60_000);
    const named = findings.flatMap(({ destinations }) => destinations.map(({ address, port }) => `${address}:${port}`));
    expect(named).not.toContain(labels.control_destination);
  });

  test('of a NAT gateway: gateway, destination, three clients and the cause', async () => {
    const labels = await truthOf<Truth>('nat-exhaustion', 'labels.json');
    const { findings, inputs } = analysisOf(await analyzeIncident('nat-exhaustion', '--format', 'json'));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      kind: 'nat-port-exhaustion',
      resource: { type: 'nat-gateway', id: 'nat-0aaaabbbbccccdddd' },
      cause: 'hold',
      capacityPorts: 128,
      capacityAssumed: false,
    });
    const [culprit = '', port] = labels.culprit_destination.split(':');
    expect(findings[0]?.destination).toEqual({ address: culprit, port: Number(port), protocol: 6 });
    expect(findings[0]?.sources.map(({ address }) => address).sort()).toEqual(labels.clients);
    expect(inputs.map(({ source }) => source)).toContain('unrecognised');
  });

  test('are printed as a report, and as one finding per line', async () => {
    const table = await analyzeIncident('nat-exhaustion');
    expect(table.code).toBe(1);
    expect(table.stdout).toMatch(/^1 finding\.\n\nCRITICAL {2}NAT gateway nat-0aaaabbbbccccdddd ran out of ports/);
    expect(table.stdout).toMatch(/\n {2}failures +[·▁▂▃▄▅▆▇█]+ /);
    const lines = await analyzeIncident('nat-exhaustion', '--format', 'ndjson');
    expect(
      lines.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).kind),
    ).toEqual(['nat-port-exhaustion']);
    const quiet = await analyzeIncident('nat-exhaustion', '--quiet');
    expect(quiet).toEqual({ code: 1, stdout: '', stderr: '' });
  });
});

test.skipIf(process.platform === 'win32')('standard input is read too, whatever it is', async () => {
  const flow = gzipSync('2 123456789012 eni-0a 10.0.0.1 203.0.113.7 40000 443 6 5 500 1767261600 1767261660 ACCEPT OK');
  const { stdout } = await run('cli/freeport.mjs', ['analyze', '-', '--format', 'json'], flow);
  expect(JSON.parse(stdout).inputs).toMatchObject([{ source: 'flow-log', read: 1 }]);
});

describe('what gives nothing ends in a clear message', () => {
  const analyze = async (name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<Ended> => {
    await mkdir(join(folder, name), { recursive: true });
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, name, file), content);
    return freeport('analyze', join(folder, name));
  };
  const flow = (port: number): string =>
    `2 123456789012 eni-0a 10.0.0.1 203.0.113.7 ${port} 443 6 5 500 1767261600 1767261660 ACCEPT OK\n`;

  test('an empty folder', async () => {
    expect(await analyze('empty', {})).toEqual({
      code: 0,
      stdout: 'Nothing to analyse: there are no files.\n',
      stderr: '',
    });
  });

  test('a healthy folder', async () => {
    const { code, stdout } = await analyze('healthy', { 'flows.log': flow(40_000) + flow(40_001) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No findings in 2 records\.\n/);
  });

  test('unrelated files', async () => {
    const { code, stdout } = await analyze('unrelated', { 'a.json': '{"x":1}', 'b.png': new Uint8Array([1, 0, 2]) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Nothing to analyse: 2 files were read/);
    expect(stdout).toMatch('JSON of an unknown shape (fields: x)');
    expect(stdout).toMatch('b.png: binary');
  });

  test('a truncated gzip beside a whole file', async () => {
    const packed = gzipSync(Array.from({ length: 3_000 }, (_, index) => flow(1_024 + index)).join(''));
    const files = { 'cut.gz': packed.subarray(0, packed.length - 400), 'whole.log': flow(40_000) };
    const { stdout } = await analyze('cut', files);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('truncated gzip: what could be read before it counts');
    expect(stdout).toMatch(/flow log: 2,\d{3} records in 2 files/);
  });
});

describe.concurrent('what cannot be done ends with code 2 and says why', () => {
  test.each([
    ['no command', [], 'Usage: freeport'],
    ['an unknown command', ['analyse'], "unknown command 'analyse'"],
    ['an unknown option', ['analyze', '--bogus', '.'], "unknown option '--bogus'"],
    ['no path', ['analyze'], "missing required argument 'path'"],
    ['a missing path', ['analyze', 'no/such/place'], 'cannot read no/such/place: no such file or folder'],
    ['a bad format', ['analyze', '--format', 'xml', '.'], 'Allowed choices are table, json, ndjson'],
    ['a bad gateway', ['analyze', '--nat-gateway', 'x', '.'], 'give an id such as nat-'],
    ['missing settings', ['analyze', '--config', 'none.json', '.'], 'cannot read the settings none.json'],
    ['settings that are none', ['analyze', '--config', 'README.md', '.'], 'README.md'],
    ['unknown settings', ['analyze', '--config', 'package.json', '.'], 'Unrecognized key'],
    ['no store', ['findings', 'list', '--store', 'none.db'], 'there is no store at none.db'],
  ])('%s', async (_, args, message) => {
    const ended = await freeport(...args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  test('bad settings are named one by one', async () => {
    const config = join(folder, 'bad.json');
    await writeFile(config, JSON.stringify({ thresholds: { warning: 2 }, portRange: { low: 9, high: 1 } }));
    const { code, stderr } = await freeport('analyze', '--config', config, folder);
    expect(code).toBe(2);
    expect(stderr).toContain('thresholds.warning: Too big: expected number to be <=1');
    expect(stderr).toContain('portRange: low must not be above high');
  });
});

test('help is no failure', async () => {
  const { code, stdout } = await freeport('analyze', '--help');
  expect(code).toBe(0);
  expect(stdout).toContain('Exit codes:');
});
