import { describe, expect, it } from 'vitest';
import {
  createHostPorts,
  giveBackHostPort,
  hostPortsInUse,
  takeHostPort,
} from '../../../shared/core/simulate/host-ports.ts';
import { createRandom } from '../../../shared/core/simulate/random.ts';
import { host } from '../../../shared/core/simulate/scenarios/kit.ts';
import type { SimHost } from '../../../shared/core/simulate/world.ts';

const RANGE = { low: 40_000, high: 40_099 };

function hostWith(special: Partial<SimHost> = {}) {
  const ports = createHostPorts(host(1, 'orders', { range: RANGE, ...special }));
  const random = createRandom('host-ports');
  const open = (destination: number, bindsFirst = false, nowMs = 0): number =>
    takeHostPort(ports, destination, bindsFirst, nowMs, random);
  const fill = (destination: number, bindsFirst = false): number[] =>
    Array.from({ length: 100 }, () => open(destination, bindsFirst));
  return { ports, open, fill };
}

describe('connect without bind', () => {
  it('gives every port of the range once per destination, even ones first, and then none', () => {
    const { open, fill } = hostWith();
    const given = fill(0);
    expect(new Set(given).size).toBe(100);
    expect(given.slice(0, 50).every((port) => port % 2 === 0)).toBe(true);
    expect(open(0)).toBe(-1);
  });

  it('leaves other destinations unharmed', () => {
    const { open, fill } = hostWith();
    fill(0);
    expect(open(1)).toBeGreaterThan(0);
  });

  it('keeps a port for 60 s when the client closed first, and frees it at once when the server did', () => {
    const { ports, open, fill } = hostWith();
    const [first = 0, second = 0] = fill(0);
    giveBackHostPort(ports, { destination: 0, port: first, bound: false }, true, 1000);
    expect(open(0, false, 60_999)).toBe(-1);
    expect(open(0, false, 61_000)).toBe(first);
    giveBackHostPort(ports, { destination: 0, port: second, bound: false }, false, 61_000);
    expect(open(0, false, 61_000)).toBe(second);
  });

  it('takes over a TIME_WAIT port older than a second with tcp_tw_reuse', () => {
    const { ports, open, fill } = hostWith({ reusesTimeWait: true });
    const [first = 0] = fill(0);
    giveBackHostPort(ports, { destination: 0, port: first, bound: false }, true, 1000);
    expect(open(0, false, 1900)).toBe(-1);
    expect(open(0, false, 2000)).toBe(first);
  });
});

describe('bind before connect', () => {
  it('shares one range between all destinations', () => {
    const { open, fill } = hostWith();
    fill(0, true);
    expect(open(1, true)).toBe(-1);
    expect(open(1, false)).toBe(-1);
  });

  it('finds no port that a plain connection holds towards anyone', () => {
    const { ports, open, fill } = hostWith();
    fill(0);
    expect(open(1, true)).toBe(-1);
    expect(hostPortsInUse(ports, null, 0)).toBe(100);
  });
});

it('has machine-wide ports on Windows', () => {
  const { open, fill } = hostWith({ system: 'windows' });
  fill(0);
  expect(open(1)).toBe(-1);
});
