import { copyFlowRow } from '../../../shared/core/flow-log/flow-row.ts';
import { unpackPart } from '../../../shared/core/flow-rows/unpack-part.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import type { AnyPart } from '../../../shared/core/model/part.ts';

/** Everything parts say, packed rows as plain ones. */
export const observationsOf = (parts: readonly AnyPart[]): Observation[] =>
  parts.flatMap((part) => unpackPart(part).observations).map((row) => (row.kind === 'flow' ? copyFlowRow(row) : row));
