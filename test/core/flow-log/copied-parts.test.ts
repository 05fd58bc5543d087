import { describe, expect, it } from 'vitest';
import { withoutCopies } from '../../../shared/core/flow-log/copied-parts.ts';
import { flowCoverageMinute, flowMinute, part, portsFrom } from '../builders.ts';

const rows = (override: Parameters<typeof flowMinute>[0] = {}) => [
  flowCoverageMinute(),
  flowMinute({ ports: portsFrom(2_000, 10), records: 10, ...override }),
];
const kept = (...given: ReturnType<typeof rows>[]) =>
  withoutCopies(given.map((observations, i) => part(observations, { id: `object-${i}` }))).map(({ id }) => id);

describe('withoutCopies', () => {
  it('keeps one of two objects that say the same', () => {
    expect(kept(rows(), rows(), rows({ bytes: 999 }), rows())).toEqual(['object-0', 'object-2']);
  });

  it.each([
    { ports: portsFrom(2_001, 10) },
    { closed: portsFrom(2_000, 1) },
    { packets: 11 },
    { localAddress: '10.0.1.6' },
    { via: '10.0.0.220' },
    { destination: { address: '203.0.113.11', port: 443, protocol: 6 } },
  ])('keeps both where they differ: %j', (override) => {
    expect(kept(rows(), rows(override))).toEqual(['object-0', 'object-1']);
  });

  it('keeps both where so few records may be alike by chance', () => {
    expect(kept(rows({ records: 9 }), rows({ records: 9 }))).toHaveLength(2);
  });

  it('keeps parts of other scopes and formats, and those without flows', () => {
    const other = [part(rows(), { id: 'a' }), part(rows(), { id: 'b', scope: 'vpc-1' })];
    expect(withoutCopies([...other, part(rows(), { id: 'c', fields: ['start'] })])).toHaveLength(3);
    expect(kept([flowCoverageMinute()] as never, [flowCoverageMinute()] as never)).toHaveLength(2);
  });
});
