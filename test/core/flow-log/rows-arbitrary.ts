import * as fc from 'fast-check';
import {
  LIFETIME_BUCKETS,
  OVERLAP_SECONDS,
  type FlowCoverageMinute,
  type FlowMinute,
} from '../../../shared/core/model/observation.ts';
import { PART_VERSION, type Part } from '../../../shared/core/model/part.ts';
import { portSetOf } from '../../../shared/core/model/port-set.ts';

const small = fc.nat(3);
const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '203.0.113.9', '2001:db8::1');
const port = fc.constantFrom(80, 443, 1025, 8443, 40_000, 50_000);

/** Rows over few addresses and ports, so that they meet. */
export const arbitraryFlow: fc.Arbitrary<FlowMinute> = fc
  .record({
    minute: fc.constantFrom(100, 101),
    interfaceId: fc.constantFrom('eni-1', 'eni-2'),
    localAddress: address,
    destination: fc.record({ address, port, protocol: fc.constantFrom(6, 17) }),
    via: fc.constantFrom(null, '10.0.0.220'),
    seen: fc.uniqueArray(port, { minLength: 1, maxLength: 4 }),
    opened: fc.nat(15),
    answered: fc.nat(15),
    closed: fc.nat(15),
    opensInferred: fc.boolean(),
    overlap: fc.tuple(...OVERLAP_SECONDS.map(() => small)),
    bytes: fc.nat(),
    packets: fc.nat(),
    records: fc.nat(),
    rejected: small,
    lifetimes: fc.tuple(...Array.from({ length: LIFETIME_BUCKETS }, () => small)),
  })
  .map(({ seen, opened, answered, closed, ...row }) => {
    const some = (mask: number) => portSetOf(seen.filter((_, i) => (mask >>> i) & 1));
    return {
      kind: 'flow',
      ...row,
      ports: portSetOf(seen),
      opened: some(opened),
      answered: some(answered),
      closed: some(closed),
    };
  });

export const arbitraryCoverage: fc.Arbitrary<FlowCoverageMinute> = fc.record({
  kind: fc.constant('flow-coverage' as const),
  minute: fc.constantFrom(100, 101),
  interfaceId: fc.constantFrom('eni-1', 'eni-2'),
  records: small,
  noData: small,
  skipData: small,
});

/** Parts whose id tells their contents, as ids do that derive from the input. */
export const arbitraryPart: fc.Arbitrary<Part> = fc
  .record({
    scope: fc.constantFrom('vpc-1', 'nat-1'),
    fields: fc.constantFrom(['bytes', 'srcaddr'], ['bytes', 'srcaddr', 'tcp-flags'], ['bytes', 'end', 'srcaddr']),
    observations: fc.array(
      fc.oneof({ weight: 4, arbitrary: arbitraryFlow }, { weight: 1, arbitrary: arbitraryCoverage }),
      { maxLength: 8 },
    ),
  })
  .map(({ scope, fields, observations }) => ({
    version: PART_VERSION,
    id: JSON.stringify([scope, fields, observations]),
    source: 'flow-log',
    scope,
    input: 'flows.log',
    fields,
    observations,
  }));
