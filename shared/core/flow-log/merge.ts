import type { FlowCoverageMinute, FlowMinute } from '../model/observation.ts';
import type { Part } from '../model/part.ts';
import {
  addFlowRow,
  compareCoverage,
  copyFlowRow,
  coverageKey,
  flowRowKey,
  type CoverageRow,
  type FlowRow,
} from './flow-row.ts';
import { orientRows } from './orient.ts';

export type MergedFlows = { readonly rows: FlowMinute[]; readonly coverage: FlowCoverageMinute[] };

/**
 * Merges what parts say of flows: each part id once (a redelivered input says the same again), per interface and
 * minute only the richest format that covers it (two flow logs of one interface would count everything twice), unions
 * of sets and sums of counts over what is left, and every row turned the right way round. Neither the order of the
 * parts nor how often one comes changes the result.
 */
export function mergeFlowParts(parts: readonly Part[]): MergedFlows {
  const distinct = [...new Map(parts.map((part) => [`${part.id} ${part.scope}`, part])).values()];
  const richest = richestFormats(distinct);
  const flows = new Map<string, FlowRow>();
  const coverage = new Map<string, CoverageRow>();
  for (const part of distinct) {
    const format = formatKey(part);
    for (const row of part.observations) {
      if (row.kind !== 'flow' && row.kind !== 'flow-coverage') continue;
      if (richest.get(coverageKey(row)) !== format) continue;
      if (row.kind === 'flow') mergeFlow(flows, row);
      else mergeCoverage(coverage, row);
    }
  }
  return { rows: orientRows([...flows.values()]), coverage: [...coverage.values()].sort(compareCoverage) };
}

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

function mergeFlow(flows: Map<string, FlowRow>, row: FlowMinute): void {
  const key = flowRowKey(row);
  const known = flows.get(key);
  if (known) addFlowRow(known, row);
  else flows.set(key, copyFlowRow(row));
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
