import type { FlowCoverageMinute, FlowMinute } from '../model/observation.ts';
import type { Part } from '../model/part.ts';
import { compareCoverage, coverageKey, type CoverageRow } from './flow-row.ts';
import { withoutCopies } from './copied-parts.ts';
import { mergeFlowRows } from './merge-rows.ts';
import { orientRows } from './orient.ts';

export type MergedFlows = { readonly rows: FlowMinute[]; readonly coverage: FlowCoverageMinute[] };

/**
 * Merges what parts say of flows: each part id once (a redelivered input says the same again), no copy under another
 * name, per interface and minute only the richest format that covers it (two flow logs of one interface would count
 * everything twice), unions of sets and sums of counts over what is left, and every row turned the right way round.
 * Neither the order of the parts nor how often one comes changes the result.
 */
export function mergeFlowParts(parts: readonly Part[]): MergedFlows {
  const distinct = withoutCopies([...new Map(parts.map((part) => [`${part.id} ${part.scope}`, part])).values()]);
  const counts = whatCounts(distinct);
  const flows: FlowMinute[] = [];
  const coverage = new Map<string, CoverageRow>();
  // Parts hold their rows in the one order: in the order of time they are sorted, or nearly so, when put together.
  for (const part of distinct.toSorted((a, b) => firstMinute(a) - firstMinute(b))) {
    const format = formatKey(part);
    for (const row of part.observations) {
      if ((row.kind !== 'flow' && row.kind !== 'flow-coverage') || !counts(row, format)) continue;
      if (row.kind === 'flow') flows.push(row);
      else mergeCoverage(coverage, row);
    }
  }
  return { rows: orientRows(mergeFlowRows(flows)), coverage: [...coverage.values()].sort(compareCoverage) };
}

const firstMinute = ({ observations }: Part): number => observations[0]?.minute ?? 0;

type Covering = Pick<FlowMinute, 'minute' | 'interfaceId'>;

/** Whether a row of that format counts. Where there is but one format, which is nearly always, all rows do. */
function whatCounts(parts: readonly Part[]): (row: Covering, format: string) => boolean {
  if (new Set(parts.filter(hasFlows).map(formatKey)).size < 2) return () => true;
  const richest = richestFormats(parts);
  return (row, format) => richest.get(coverageKey(row)) === format;
}

const hasFlows = ({ source, observations }: Part): boolean =>
  source === 'flow-log' || observations.some(({ kind }) => kind === 'flow' || kind === 'flow-coverage');

/** Sorts by the number of fields, then by their names: the largest wins. */
const formatKey = ({ fields }: Part): string => `${String(fields.length).padStart(3, '0')} ${fields.join(' ')}`;

function richestFormats(parts: readonly Part[]): ReadonlyMap<string, string> {
  const richest = new Map<string, string>();
  for (const part of parts) {
    const format = formatKey(part);
    for (const row of part.observations) {
      if (row.kind !== 'flow' && row.kind !== 'flow-coverage') continue;
      const key = coverageKey(row);
      if ((richest.get(key) ?? '') < format) richest.set(key, format);
    }
  }
  return richest;
}

function mergeCoverage(coverage: Map<string, CoverageRow>, row: FlowCoverageMinute): void {
  const key = coverageKey(row);
  const known = coverage.get(key);
  if (!known) {
    coverage.set(key, { ...row });
    return;
  }
  known.records += row.records;
  known.noData += row.noData;
  known.skipData += row.skipData;
}
