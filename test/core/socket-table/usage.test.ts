import { describe, expect, test } from 'vitest';
import type { Socket } from '../../../shared/core/socket-table/socket.ts';
import { usageOf } from '../../../shared/core/socket-table/usage.ts';

const boring: Socket = {
  state: 'established',
  localAddress: '10.0.0.5',
  localPort: 40_000,
  remoteAddress: '203.0.113.7',
  remotePort: 443,
};

const shown = (...sockets: readonly Partial<Socket>[]) =>
  usageOf(sockets.map((socket) => ({ ...boring, ...socket }))).map(
    ({ destination, portsInUse }) => `${destination.address}:${destination.port} ${portsInUse}`,
  );

describe('who called whom', () => {
  test('is the one with the higher port when nothing else tells', () => {
    expect(shown({})).toEqual(['203.0.113.7:443 1']);
    expect(shown({ localPort: 443, remotePort: 40_000 })).toEqual([]);
  });

  test('is the one with more ports, when the service’s own port lies in the ephemeral range', () => {
    const calls = Array.from({ length: 100 }, (_, index) => ({ localPort: 40_000 + index, remotePort: 50_051 }));
    expect(shown(...calls)).toEqual(['203.0.113.7:50051 100']);
    const served = calls.map(({ localPort, remotePort }) => ({ localPort: remotePort, remotePort: localPort }));
    expect(shown(...served)).toEqual([]);
  });

  test('is never this host where its port listens', () => {
    const listener = { state: 'listen', localPort: 60_000, remoteAddress: '0.0.0.0', remotePort: 0 } as const;
    expect(shown(listener, { localPort: 60_000, remotePort: 50_000 })).toEqual([]);
  });

  test('is this host towards what listens on it, on whichever port', () => {
    const listener = { state: 'listen', localPort: 60_000, remoteAddress: '0.0.0.0', remotePort: 0 } as const;
    const call = { localPort: 40_000, remoteAddress: '10.0.0.5', remotePort: 60_000 };
    expect(shown(listener, call, { ...call, localPort: 60_000, remotePort: 40_000 })).toEqual(['10.0.0.5:60000 1']);
  });
});

test('a socket without a peer, closed or listening holds no port towards anybody', () => {
  expect(shown({ remotePort: 0 }, { state: 'closed' }, { state: 'listen' })).toEqual([]);
  expect(shown({ state: 'unknown' }, { state: 'other', localPort: 40_001 })).toEqual(['203.0.113.7:443 2']);
});
