import type { FlowLogOptions } from '../../shared/core/simulate/flow-log-output.ts';

/** One world to be judged: a scenario, a seed, and how its logs are written and damaged. */
export type EvalCase = {
  readonly scenario: string;
  readonly seed: number;
  readonly flow: Pick<
    FlowLogOptions,
    'format' | 'level' | 'intervalSeconds' | 'delivery' | 'lossShare' | 'duplicateShare'
  >;
  /** Damaged cases are a row of their own, next to the same worlds undamaged. */
  readonly damage: 'none' | 'loss-and-duplicates';
};

/** The command that writes the same world into a folder for `freeport analyze`. */
export function reproduction({ scenario, seed, flow }: EvalCase): string {
  const damage = flow.lossShare > 0 ? ` --loss ${flow.lossShare} --duplicates ${flow.duplicateShare}` : '';
  const format = `--format ${flow.format} --level ${flow.level} --aggregation ${flow.intervalSeconds} --delivery ${flow.delivery}`;
  return `freeport simulate ${scenario} --seed ${seed} ${format}${damage} --out DIR`;
}
