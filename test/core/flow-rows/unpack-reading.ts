import { copyFlowRow } from '../../../shared/core/flow-log/flow-row.ts';
import { mergePackedRows } from '../../../shared/core/flow-rows/order-rows.ts';
import type { Reading } from '../../../shared/core/model/reading.ts';

/** The reading as one without a store makes it, sets in their usual form. */
export const unpackReading = (reading: Reading): Reading => ({
  ...reading,
  scopes: reading.scopes.map(({ scope, observations, rows }) => ({
    scope,
    observations:
      rows === undefined
        ? observations
        : [...[...mergePackedRows(rows.store, rows.numbers())].map(copyFlowRow), ...observations],
  })),
});
