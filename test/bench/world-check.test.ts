import { expect, it } from 'vitest';
import { contradictionOf } from '../../bench/eval/world-check.ts';
import type { TrueIncident, Truth } from '../../shared/core/simulate/truth.ts';

const incident = {
  layer: 'nat',
  onsetAt: '2026-03-03T10:30:00Z',
  firstFailureAt: '2026-03-03T10:50:00Z',
  failedConnections: 10,
  reached: { warningAt: '2026-03-03T10:45:00Z' },
} as TrueIncident;

const truth = (special: Partial<Truth>): Truth =>
  ({
    verdict: 'exhaustion',
    incidents: [incident],
    alsoTrue: [],
    otherPortFailures: 0,
    highestUtilisation: 1,
    ...special,
  }) as unknown as Truth;

it('has nothing against a world that does what its label says', () => {
  expect(contradictionOf(truth({}))).toBeNull();
  expect(contradictionOf(truth({ verdict: 'calm', incidents: [], highestUtilisation: 0.74 }))).toBeNull();
  expect(contradictionOf(truth({ verdict: 'look-alike', incidents: [], highestUtilisation: 0.8 }))).toBeNull();
});

it.each([
  ['nothing failed', { incidents: [{ ...incident, failedConnections: 0 }] }],
  ['a connection failed before the onset', { incidents: [{ ...incident, firstFailureAt: '2026-03-03T10:29:00Z' }] }],
  ['the pressure failed', { verdict: 'pressure' }],
  ['a calm world was pressed', { verdict: 'calm', incidents: [], highestUtilisation: 0.75 }],
  ['a look-alike was nearly full', { verdict: 'look-alike', incidents: [], highestUtilisation: 0.9 }],
  ['a calm world lacked a port', { verdict: 'calm', incidents: [], highestUtilisation: 0.5, otherPortFailures: 1 }],
] as const)('ends the run when %s', (_name, special) => {
  expect(contradictionOf(truth(special as Partial<Truth>))).not.toBeNull();
});
