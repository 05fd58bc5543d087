import type { FlowFormatName } from '../../shared/core/simulate/flow-format.ts';
import type { Scenario } from '../../shared/core/simulate/scenario.ts';
import { SCENARIOS } from '../../shared/core/simulate/scenarios.ts';
import type { EvalCase, Evidence } from './case.ts';

export type Extent = 'quick' | 'full';

const SEEDS: Readonly<Record<Extent, number>> = { quick: 1, full: 3 };

/** Weeks have a run of their own. */
const WEEKS = new Set(['calm-week', 'calm-fleet']);

/** Played once: a minute of reading each. */
const HEAVY = new Set(['nat-full-size', 'nat-at-scale', 'calm']);

/** The shapes in which logs come, one after the other over the seeds. */
const SHAPES: readonly {
  readonly format: FlowFormatName;
  readonly level: 'nat' | 'vpc';
  readonly delivery: 's3' | 'cloudwatch';
}[] = [
  { format: 'nat15', level: 'nat', delivery: 's3' },
  { format: 'v5', level: 'vpc', delivery: 's3' },
  { format: 'nat15', level: 'nat', delivery: 'cloudwatch' },
  { format: 'v2', level: 'vpc', delivery: 's3' },
  { format: 'v5', level: 'nat', delivery: 'cloudwatch' },
];

const INTACT = { damage: 'none', lossShare: 0, duplicateShare: 0 } as const;
const DAMAGED = { damage: 'loss-and-duplicates', lossShare: 0.2, duplicateShare: 0.2 } as const;

/** `usual` overrides how many seeds an ordinary scenario is played with. */
export function evalCases(extent: Extent, usual = SEEDS[extent]): EvalCase[] {
  return SCENARIOS.flatMap((scenario) => {
    if (WEEKS.has(scenario.class)) return [];
    const isHeavy = HEAVY.has(scenario.class);
    if (isHeavy && extent === 'quick') return [];
    const count = isHeavy ? 1 : usual;
    const seeds = Array.from({ length: count }, (_, index) => index + 1);
    const intact = seeds.map((seed) => caseOf(scenario, seed, seed - 1, INTACT));
    const damaged = isHeavy || extent === 'quick' ? [] : [caseOf(scenario, 1, 0, DAMAGED)];
    const lesser =
      extent === 'full' && TOLD_WITH_LESS.has(scenario.name)
        ? LESSER.map((evidence) => caseOf(scenario, 1, 0, INTACT, evidence))
        : [];
    return [...intact, ...damaged, ...lesser];
  });
}

const LESSER = ['ten-minutes', 'metrics', 'logs', 'flows'] as const;

/** A story of each mechanism and a few look-alikes, told again with less evidence. */
const TOLD_WITH_LESS = new Set([
  'nat-churn-long-ramp',
  'nat-hold',
  'nat-leak',
  'nat-burst',
  'nat-many-names',
  'nat-one-of-three',
  'host-churn-ramp',
  'host-leak',
  'host-bind-first',
  'server-down',
  'scan-crawler',
  'busy-healthy-nat',
  'deploy-reconnect',
  'error-baseline',
]);

function caseOf(
  scenario: Scenario,
  seed: number,
  shapeIndex: number,
  { damage, lossShare, duplicateShare }: typeof INTACT | typeof DAMAGED,
  evidence: Evidence = 'usual',
): EvalCase {
  const shape = SHAPES[shapeIndex % SHAPES.length] as (typeof SHAPES)[number];
  const level = scenario.flowLevel === 'vpc' ? 'vpc' : shape.level;
  // A log in the default format has 14 fields or it is not the default; on the NAT interface alone people use ours.
  return {
    scenario: scenario.name,
    seed,
    damage,
    evidence,
    flow: {
      ...shape,
      format: scenario.flowFormat ?? shape.format,
      level,
      intervalSeconds: evidence === 'ten-minutes' ? 600 : 60,
      lossShare,
      duplicateShare,
    },
  };
}
