import type { FlowFormat } from '../fields.ts';
import { DO_PLACE, planFields } from './field-plan.ts';

/** In the order in which wasm/lines.as reads them. */
const PLAN_FIELDS = [
  'srcaddr',
  'dstaddr',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'tcp-flags',
  'action',
  'log-status',
] as const;

/** A format as `setPlan` of wasm/lines.as takes it; where `planFields` says what the plain engine needs. */
export function planWords(format: FlowFormat): number[] {
  const { isFast, steps, placeRuns } = planFields(format);
  const spans = [...steps.keys()]
    .filter((column) => steps[column] === DO_PLACE && steps[column - 1] !== DO_PLACE)
    .map((column) => [column, column + (placeRuns[column] as number)]);
  const columns = PLAN_FIELDS.map((field) => format.columns[field]);
  return [isFast ? 1 : 0, steps.length, ...columns, spans.length, ...spans.flat()];
}
