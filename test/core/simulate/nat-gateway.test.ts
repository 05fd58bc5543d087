import { describe, expect, it } from 'vitest';
import {
  addressesServing,
  createNatPorts,
  giveBackNatPort,
  natPortsInUse,
  releaseNatPortNow,
  takeNatPort,
} from '../../../shared/core/simulate/nat-gateway.ts';
import { createRandom } from '../../../shared/core/simulate/random.ts';
import { gateway } from '../../../shared/core/simulate/scenarios/kit.ts';

const random = createRandom('nat');

function natOf(addressCount: number) {
  const nat = createNatPorts(gateway(random, { addressCount, portsPerAddress: 50, holdSeconds: 60 }));
  const open = (destination: number, nowMs = 0) =>
    takeNatPort(nat, destination, 7, addressesServing(nat, 'a'), nowMs, random);
  return { nat, open };
}

describe('takeNatPort', () => {
  it('gives portsPerAddress ports per address and destination, each once', () => {
    const { nat, open } = natOf(2);
    const given = Array.from({ length: 100 }, () => open(0));
    expect(new Set(given.map((each) => `${each?.addressIndex}:${each?.port}`)).size).toBe(100);
    expect(open(0)).toBeNull();
    expect(open(1)).not.toBeNull();
    expect(natPortsInUse(nat, 0, addressesServing(nat, 'a'), 0)).toEqual({ used: 100, bySource: new Map([[7, 100]]) });
  });

  it('holds a closed port until its time, and an idle one not at all', () => {
    const { nat, open } = natOf(1);
    const [first, second] = Array.from({ length: 50 }, () => open(0));
    if (!first || !second) throw new Error('the gateway was empty');
    giveBackNatPort(nat, 0, 7, first, 60_000);
    expect(open(0, 59_999)).toBeNull();
    expect(open(0, 60_000)).not.toBeNull();
    expect(open(0, 60_000)).toBeNull();
    releaseNatPortNow(nat, 0, 7, second);
    expect(open(0, 60_000)).not.toBeNull();
  });
});
