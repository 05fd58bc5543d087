import type { FlowLogOptions } from '../../shared/core/simulate/flow-log-output.ts';

/** One world to be judged: a scenario, a seed, and how its logs are written and damaged. */
export type EvalCase = {
  readonly scenario: string;
  readonly seed: number;
  readonly flow: Pick<FlowLogOptions, 'format' | 'level' | 'intervalSeconds' | 'lossShare' | 'duplicateShare'> & {
    readonly delivery: 's3' | 'cloudwatch';
  };
  /** Damaged cases are a row of their own, next to the same worlds undamaged. */
  readonly damage: 'none' | 'loss-and-duplicates';
  /** Cases with less to go on are rows of their own too. */
  readonly evidence: Evidence;
};

/** `usual`: everything, flow logs by the minute; `ten-minutes`: flow logs as AWS aggregates them by default. */
export type Evidence = 'usual' | 'ten-minutes' | 'metrics' | 'logs' | 'flows';

/** What a case of this evidence is given to read; what runs where is always known. */
export const KINDS_READ: Readonly<Record<Evidence, readonly ('flow-log' | 'metric' | 'app-log' | 'inventory')[]>> = {
  usual: ['flow-log', 'metric', 'app-log', 'inventory'],
  'ten-minutes': ['flow-log', 'metric', 'app-log', 'inventory'],
  metrics: ['metric', 'inventory'],
  logs: ['app-log', 'inventory'],
  flows: ['flow-log', 'inventory'],
};

/** Whether evidence of this kind can tell of an incident on this layer at all. */
export const canTell = (evidence: Evidence, layer: string): boolean =>
  evidence === 'metrics'
    ? layer !== 'host'
    : evidence === 'logs'
      ? layer === 'host'
      : layer !== 'load-balancer' || evidence !== 'flows';

/** The command that writes the same world into a folder for `freeport analyze`. */
export function reproduction({ scenario, seed, flow, evidence }: EvalCase): string {
  const damage = flow.lossShare > 0 ? ` --loss ${flow.lossShare} --duplicates ${flow.duplicateShare}` : '';
  const format = `--format ${flow.format} --level ${flow.level} --aggregation ${flow.intervalSeconds} --delivery ${flow.delivery}`;
  const only = evidence === 'usual' || evidence === 'ten-minutes' ? '' : ` --only ${evidence}`;
  return `freeport simulate ${scenario} --seed ${seed} ${format}${damage}${only} --out DIR`;
}
