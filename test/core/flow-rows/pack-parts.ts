import { PackedRows } from '../../../shared/core/flow-rows/packed-rows.ts';
import { RowStore } from '../../../shared/core/flow-rows/row-store.ts';
import type { PackedPart, Part } from '../../../shared/core/model/part.ts';

/** The same parts with their flow rows packed, as the files of one run are read. */
export function packParts(parts: readonly Part[]): PackedPart[] {
  const store = new RowStore();
  return parts.map(({ observations, ...part }) => {
    const flows = observations.filter((row) => row.kind === 'flow');
    const rows = new PackedRows(
      store,
      Uint32Array.from(flows, (row) => store.add(row)),
    );
    return { ...part, observations: observations.filter((row) => row.kind !== 'flow'), rows };
  });
}
