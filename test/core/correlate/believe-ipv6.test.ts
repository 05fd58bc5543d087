import { describe, expect, it } from 'vitest';
import { believeIpv6 } from '../../../shared/core/correlate/believe-ipv6.ts';
import type { FlowMinute, SocketMinute } from '../../../shared/core/model/observation.ts';
import { connectErrorMinute, flowMinute, socketMinute, START } from '../builders.ts';

const HOST = '2600:1f18:147c:7f10::b1';
const destination = { address: HOST, port: 8_080, protocol: 6 };
const refused = connectErrorMinute({
  verdict: 'connect-misconfig',
  certainty: 0.6,
  signature: 'node-eaddrnotavail.ipv6-address',
  destination: { host: HOST, port: 8_080 },
});
const verdictOf = (flows: readonly FlowMinute[], sockets: readonly SocketMinute[] = [], row = refused) =>
  believeIpv6([row], flows, sockets).map(({ verdict, signature }) => [verdict, signature])[0];

describe('believeIpv6', () => {
  it.each([-1, 0, 1])('means exhaustion where connects of the minute %i succeed', (offset) => {
    expect(verdictOf([flowMinute({ destination, minute: START + offset, answered: [40_000] })])).toEqual([
      'connect-exhaustion',
      'node-eaddrnotavail',
    ]);
  });

  it('means exhaustion where a socket table shows connections', () => {
    expect(verdictOf([], [socketMinute({ destination, established: 3 })])?.[0]).toBe('connect-exhaustion');
  });

  it('is a mistake where nothing succeeds, or only elsewhere, or at another time', () => {
    const elsewhere = { ...destination, address: '2600:1f18:147c:7f10::b2' };
    expect(verdictOf([])).toEqual(['connect-misconfig', refused.signature]);
    expect(verdictOf([flowMinute({ destination, opened: [40_000] })])?.[0]).toBe('connect-misconfig');
    expect(verdictOf([flowMinute({ destination: elsewhere, answered: [40_000] })])?.[0]).toBe('connect-misconfig');
    expect(verdictOf([flowMinute({ destination, minute: START + 2, answered: [40_000] })])?.[0]).toBe(
      'connect-misconfig',
    );
  });

  it('leaves other mistakes alone', () => {
    const zero = { ...refused, signature: 'node-eaddrnotavail.port-zero' };
    expect(verdictOf([flowMinute({ destination, answered: [40_000] })], [], zero)?.[0]).toBe('connect-misconfig');
  });
});
