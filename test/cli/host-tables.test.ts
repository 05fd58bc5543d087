import { describe, expect, test } from 'vitest';
import { NoSocketTables } from '../../cli/host/host-access.ts';
import type { HostAccess } from '../../cli/host/host-access.ts';
import { hostTableFor } from '../../cli/host/host-table.ts';
import { readHost } from '../../cli/host/read-host.ts';
import { runCommand } from '../../cli/host/run-command.ts';
import { TCP } from '../../shared/core/model/destination.ts';

/** A machine on which each command prints what is given here; others, and files, do not exist. */
function machine(outputs: Readonly<Record<string, string>>): HostAccess {
  const answer = (key: string): Promise<string> => {
    const output = outputs[key];
    return output === undefined ? Promise.reject(new Error(`ENOENT ${key}`)) : Promise.resolve(output);
  };
  return { run: (program, args) => answer([program, ...args].join(' ')), readText: answer };
}

const read = (platform: string, outputs: Readonly<Record<string, string>>, environment = {}) =>
  readHost(() => 5, hostTableFor(platform, environment, machine(outputs)));

const usage = [
  {
    localAddress: '10.0.0.5',
    destination: { address: '203.0.113.10', port: 443, protocol: TCP },
    timeWait: 1,
    established: 1,
    portsInUse: 2,
  },
];

describe('Linux', () => {
  const rest = '00000000:00000000 00:00000000 00000000     0        0 1065 1 0000000000000000 100 0 0 10 0';
  const files = {
    '/proc/net/tcp': [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      `   0: 0500000A:9C41 0A7100CB:01BB 01 ${rest}`,
      `   1: 0500000A:9C42 0A7100CB:01BB 06 ${rest}`,
    ].join('\n'),
    '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
  };

  test('reads procfs, with IPv6 or without', async () => {
    expect(await read('linux', files)).toMatchObject({
      atMs: 5,
      localRange: { low: 32_768, high: 60_999 },
      usage,
      unreadableRows: 0,
    });
  });

  test('says what to do without procfs, or without a range', async () => {
    await expect(read('linux', {})).rejects.toThrow('freeport analyze');
    const noRange = { ...files, '/proc/sys/net/ipv4/ip_local_port_range': '60999 32768\n' };
    await expect(read('linux', noRange)).rejects.toThrow(NoSocketTables);
  });
});

describe('macOS', () => {
  const netstat = '/usr/sbin/netstat -anl -p tcp';
  const sysctl = '/usr/sbin/sysctl net.inet.ip.portrange.first net.inet.ip.portrange.last';
  const outputs = {
    [netstat]: [
      'Active Internet connections (including servers)',
      'Proto Recv-Q Send-Q  Local Address                                 Foreign Address                               (state)    ',
      'tcp4       0      0  10.0.0.5.49152                                203.0.113.10.443                              ESTABLISHED',
      'tcp4       0      0  10.0.0.5.49153                                203.0.113.10.443                              TIME_WAIT  ',
      'tcp46      0      0  *.8080                                        *.*                                           LISTEN     ',
      '',
    ].join('\n'),
    [sysctl]: 'net.inet.ip.portrange.first: 16384\nnet.inet.ip.portrange.last: 65535\n',
  };

  test('reads netstat, and the range from sysctl', async () => {
    const snapshot = await read('darwin', outputs);
    expect(snapshot).toMatchObject({ localRange: { low: 16_384, high: 65_535 }, usage, unreadableRows: 0 });
  });

  test('names the command that failed or made no sense', async () => {
    await expect(read('darwin', {})).rejects.toThrow(`\`${netstat}\` failed: run it by hand`);
    await expect(read('darwin', { ...outputs, [sysctl]: 'unknown oid' })).rejects.toThrow('no range of ports');
    await expect(read('darwin', { ...outputs, [netstat]: 'not permitted\n' })).rejects.toThrow(NoSocketTables);
  });
});

describe('Windows', () => {
  const netstat = 'C:\\Windows\\System32\\netstat.exe -an';
  const netsh = 'C:\\Windows\\System32\\netsh.exe int ipv4 show dynamicport tcp';
  const english = {
    [netstat]: [
      '',
      'Active Connections',
      '',
      '  Proto  Local Address          Foreign Address        State',
      '  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING',
      '  TCP    10.0.0.5:49152         203.0.113.10:443       ESTABLISHED',
      '  TCP    10.0.0.5:49153         203.0.113.10:443       TIME_WAIT',
      '  TCP    [::]:135               [::]:0                 LISTENING',
      '  UDP    0.0.0.0:5353           *:*                    ',
      '',
    ].join('\r\n'),
    [netsh]:
      '\r\nProtocol tcp Dynamic Port Range\r\n---------------------------------\r\nStart Port      : 49152\r\nNumber of Ports : 16384\r\n\r\n',
  };

  test('reads netstat, and the range from netsh', async () => {
    const snapshot = await read('win32', english);
    expect(snapshot).toMatchObject({ localRange: { low: 49_152, high: 65_535 }, usage, unreadableRows: 0 });
    const elsewhere = Object.fromEntries(
      Object.entries(english).map(([command, output]) => [command.replace('C:\\Windows', 'D:\\WINNT'), output]),
    );
    expect((await read('win32', elsewhere, { SystemRoot: 'D:\\WINNT' })).usage).toEqual(usage);
  });

  test('does so in other languages', async () => {
    const german = {
      [netstat]: (english[netstat] ?? '')
        .replace('Active Connections', 'Aktive Verbindungen')
        .replace(/Proto.*/, 'Proto  Lokale Adresse         Remoteadresse          Status')
        .replaceAll('LISTENING', 'ABH\uFFFDREN')
        .replace('ESTABLISHED', 'HERGESTELLT')
        .replace('TIME_WAIT', 'WARTEND'),
      [netsh]:
        '\r\nProtokoll tcp Dynamischer Portbereich\r\n---------------------------------\r\nStartport      : 1025\r\nAnzahl von Ports : 64511\r\n\r\n',
    };
    const localRange = { low: 1_025, high: 65_535 };
    expect(await read('win32', german)).toMatchObject({ localRange, usage, unreadableRows: 0 });
    const polish = { ...english, [netstat]: `Aktywne po\uFFFDczenia\r\n${english[netstat]}` };
    expect(await read('win32', polish)).toMatchObject({ usage, unreadableRows: 0 });
  });

  test('tells of rows that could not be read', async () => {
    const odd = `${english[netstat]}  TCP    10.0.0.5:49154   somewhere:https   ESTABLISHED\r\n`;
    expect(await read('win32', { ...english, [netstat]: odd })).toMatchObject({ usage, unreadableRows: 1 });
  });

  test('names the command that failed or made no sense', async () => {
    await expect(read('win32', {})).rejects.toThrow('`netstat.exe -an` failed: run it by hand');
    for (const output of ['Access is denied.\r\n', 'Start : 60000\r\nPorts : 16384\r\n', 'Start : 49152\r\n']) {
      await expect(read('win32', { ...english, [netsh]: output })).rejects.toThrow('no range of ports');
    }
  });
});

test('another system is told how to go on', () => {
  expect(() => hostTableFor('freebsd', {})).toThrow('write `netstat -an` to a file');
});

test('a machine without outgoing connections is no error', async () => {
  const outputs = {
    '/usr/sbin/netstat -anl -p tcp': '',
    '/usr/sbin/sysctl net.inet.ip.portrange.first net.inet.ip.portrange.last':
      'net.inet.ip.portrange.first: 49152\nnet.inet.ip.portrange.last: 65535\n',
  };
  expect((await read('darwin', outputs)).usage).toEqual([]);
});

describe('a command', () => {
  test('gives what it prints', async () => {
    expect(await runCommand(process.execPath, ['-p', 'process.env.LC_ALL'])).toBe('C\n');
  });

  test('that fails or is missing rejects', async () => {
    await expect(runCommand(process.execPath, ['-e', 'process.exit(3)'])).rejects.toThrow();
    await expect(runCommand('/nowhere/netstat', [])).rejects.toThrow('ENOENT');
  });
});
