import { createFlowReader, type FlowReaderOptions } from '../../../shared/core/flow-log/flow-reader.ts';
import { copyFlowRow } from '../../../shared/core/flow-log/flow-row.ts';
import type { FlowCoverageMinute, FlowMinute } from '../../../shared/core/model/observation.ts';
import { portsOf } from '../../../shared/core/model/port-set.ts';
import type { Reading } from '../../../shared/core/model/reading.ts';

/** A reading's rows with sets as arrays and one text for the destination, so that tests can compare them. */
export type PlainRow = Omit<FlowMinute, 'ports' | 'opened' | 'answered' | 'closed'> &
  Readonly<Record<'ports' | 'opened' | 'answered' | 'closed', readonly number[]>>;

export const plainRow = (row: FlowMinute): PlainRow => ({
  ...copyFlowRow(row),
  ports: [...portsOf(row.ports)],
  opened: [...portsOf(row.opened)],
  answered: [...portsOf(row.answered)],
  closed: [...portsOf(row.closed)],
});

export const flowRowsOf = (reading: Reading): FlowMinute[] =>
  reading.scopes.flatMap(({ observations }) => observations.filter((row) => row.kind === 'flow'));

export const coverageOf = (reading: Reading): FlowCoverageMinute[] =>
  reading.scopes.flatMap(({ observations }) => observations.filter((row) => row.kind === 'flow-coverage'));

/** The whole reading in comparable form: sets as arrays. */
export const plainReading = (reading: Reading) => ({
  ...reading,
  scopes: reading.scopes.map(({ scope, observations }) => ({
    scope,
    observations: observations.map((row) => (row.kind === 'flow' ? plainRow(row) : row)),
  })),
});

export function readText(text: string, options: Partial<FlowReaderOptions> = {}): Reading {
  const reader = createFlowReader({ file: 'flows.log', ...options });
  reader.push(new TextEncoder().encode(text));
  return reader.finish();
}
