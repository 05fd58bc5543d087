import type { EvalCase } from './case.ts';

/** A calm week over several gateways: what false pages per NAT-week are counted over. */
export type CalmCase = { readonly seed: number; readonly flow: EvalCase['flow'] };

export const CALM_SCENARIO = 'calm-fleet';

const SHAPES = [
  { format: 'nat15', level: 'nat', delivery: 's3' },
  { format: 'nat15', level: 'nat', delivery: 'cloudwatch' },
  { format: 'nat15', level: 'nat', delivery: 's3' },
  { format: 'v5', level: 'nat', delivery: 's3' },
  { format: 'v2', level: 'nat', delivery: 's3' },
] as const;

/** Fifteen weeks of five gateways are 75 NAT-weeks: without a false page they prove fewer than 0.05 a NAT-week at 95 %. */
export const CALM_WEEKS = 15;

export const calmCases = (count: number): CalmCase[] =>
  Array.from({ length: count }, (_, index) => ({
    seed: index + 1,
    flow: {
      ...(SHAPES[index % SHAPES.length] as (typeof SHAPES)[number]),
      intervalSeconds: 60,
      lossShare: 0,
      duplicateShare: 0,
    },
  }));
