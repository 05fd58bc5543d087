import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeHost } from '../../cli/host/judge-host.ts';
import { NoSocketTables } from '../../cli/host/host-access.ts';
import { linuxTable } from '../../cli/host/linux-table.ts';
import { readHost } from '../../cli/host/read-host.ts';
import type { HostSnapshot } from '../../cli/host/read-host.ts';
import { renderHost } from '../../cli/host/render-host.ts';
import { TCP } from '../../shared/core/model/destination.ts';
import { freeport } from './run-freeport.ts';

const boring: HostSnapshot = {
  atMs: Date.UTC(2026, 0, 1, 10),
  host: 'web-1',
  localRange: { low: 40_000, high: 40_099 },
  usage: [
    {
      localAddress: '10.0.0.5',
      destination: { address: '203.0.113.7', port: 443, protocol: TCP },
      timeWait: 60,
      established: 15,
      portsInUse: 75,
    },
  ],
  unreadableRows: 0,
};

const linuxAt = (root: string) => () => linuxTable((path) => readFile(path, 'utf8'), root);

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeport-host-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the verdict', () => {
  const verdictAt = (portsInUse: number) =>
    judgeHost(
      { ...boring, usage: boring.usage.map((each) => ({ ...each, portsInUse })) },
      { warning: 0.75, critical: 0.9 },
    );

  test('rests on the fullest destination against the local range', () => {
    expect([74, 75, 89, 90].map(verdictAt)).toEqual(['ok', 'warning', 'warning', 'critical']);
    expect(judgeHost({ ...boring, usage: [] }, { warning: 0.75, critical: 0.9 })).toBe('ok');
  });

  test('stands first in the text', () => {
    expect(renderHost(boring, 'warning').split('\n')).toEqual([
      'WARNING: 75 % towards the fullest destination, local range 40000–40099 (100 ports)',
      '',
      'FROM      TO                   PORTS  OF RANGE  TIME_WAIT  ESTABLISHED',
      '10.0.0.5  203.0.113.7:443/tcp     75      75 %         60           15',
      '',
    ]);
  });
});

describe('the tables of /proc', () => {
  const socket = (index: number, localPort: string, state: string): string =>
    `   ${index}: 0500000A:${localPort} 077100CB:01BB ${state} 00000000:00000000 00:00000000 00000000  0 0 1 1 0`;

  test('are read with the local range, with IPv6 or without', async () => {
    await mkdir(join(folder, 'net'), { recursive: true });
    await mkdir(join(folder, 'sys/net/ipv4'), { recursive: true });
    await writeFile(
      join(folder, 'net/tcp'),
      ['  sl  local_address rem_address   st', socket(0, '9C41', '01'), socket(1, '9C42', '06')].join('\n'),
    );
    await writeFile(join(folder, 'sys/net/ipv4/ip_local_port_range'), '40000\t40099\n');
    const snapshot = await readHost(() => 5, linuxAt(folder));
    expect(snapshot).toMatchObject({ atMs: 5, localRange: { low: 40_000, high: 40_099 } });
    expect(snapshot.usage).toEqual([{ ...boring.usage[0], timeWait: 1, established: 1, portsInUse: 2 }]);
  });

  test('that are missing are an error of their own', async () => {
    await expect(readHost(() => 5, linuxAt(join(folder, 'nowhere')))).rejects.toThrow(NoSocketTables);
  });
});

describe.skipIf(process.platform !== 'linux')('on this machine', () => {
  const server = createServer();
  const clients: Socket[] = [];
  let port = 0;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    for (let count = 0; count < 3; count += 1) {
      const client = connect(port, '127.0.0.1');
      clients.push(client);
      await new Promise((resolve) => client.once('connect', resolve));
    }
  });
  afterAll(() => {
    for (const client of clients) client.destroy();
    server.close();
  });

  test('open connections are counted, and the codes are those of a monitoring plug-in', async () => {
    const low = await freeport('host', '--format', 'json', '--warning', '0.001%', '--critical', '99%');
    expect(low).toMatchObject({ code: 1, stderr: '' });
    const { destinations, verdict } = JSON.parse(low.stdout);
    expect(verdict).toBe('warning');
    expect(destinations).toContainEqual(
      expect.objectContaining({ address: '127.0.0.1', port, established: 3, portsInUse: 3, timeWait: 0 }),
    );
    const critical = await freeport('host', '--critical', '0.001%');
    expect(critical.code).toBe(2);
    expect(critical.stdout).toMatch(/^CRITICAL: /);
    expect(await freeport('host', '--warning', 'much')).toMatchObject({ code: 3, stdout: '' });
  });

  test('watched lines are read back', async () => {
    const watched = await freeport('host', '--watch', '1', '--count', '2');
    expect(watched).toMatchObject({ code: 0, stderr: '' });
    expect(watched.stdout.trimEnd().split('\n')).toHaveLength(2);
    const file = join(folder, 'watched');
    await writeFile(file, watched.stdout);
    const { inputs } = JSON.parse((await freeport('analyze', file, '--format', 'json')).stdout);
    expect(inputs).toMatchObject([{ source: 'socket-table', files: 1, rejected: 0 }]);
    expect(inputs[0].read).toBeGreaterThanOrEqual(2);
  });
});
