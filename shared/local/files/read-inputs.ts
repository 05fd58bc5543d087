import type { AnalysisInput } from '../../core/finding/schema.ts';
import type { InventoryFragment } from '../../core/model/inventory.ts';
import { RowStore } from '../../core/flow-rows/row-store.ts';
import { TooManyRows } from '../../core/flow-rows/too-many-rows.ts';
import type { AnyPart } from '../../core/model/part.ts';
import { createFlowReaders } from './flow-readers.ts';
import { createInputTray } from './input-tray.ts';
import type { InputTray } from './input-tray.ts';
import { listFiles } from './list-files.ts';
import { reasonOf } from './reason-of.ts';
import type { InputFile } from './list-files.ts';
import {
  heapFull,
  isAllocationFailure,
  isHeapFull,
  memoryOfMachine,
  rowsFitting,
  tooManyRows,
} from './memory-limits.ts';
import { partsOf, readFile } from './read-file.ts';
import type { ReadFileOptions } from './read-file.ts';
import { keepYoungGenerationSmall } from './young-generation.ts';

export type ReadProgress = { readonly bytesDone: number; readonly bytesTotal: number; readonly file: string };

export type InputsRead = {
  /** Each id once. */
  readonly parts: readonly AnyPart[];
  readonly inventory: readonly InventoryFragment[];
  /** One summary per source that was met, in a fixed order. */
  readonly inputs: readonly AnalysisInput[];
};

/**
 * Reads every file behind `paths` into parts. A bad file is counted and the others go on; only a path that the user
 * named and that cannot be read at all throws (`UnreadablePath`), and what does not fit into memory (`InputsTooLarge`).
 */
export async function readInputs(
  paths: readonly string[],
  options: {
    readonly natGateway: string | null;
    readonly onProgress?: (progress: ReadProgress) => void;
    /** What there is of it, if it is not the machine's. */
    readonly memoryBytes?: number;
  },
): Promise<InputsRead> {
  const { files, unreadable } = listFiles(paths, Date.now());
  const tray = createInputTray();
  const memoryBytes = options.memoryBytes ?? memoryOfMachine();
  const store = new RowStore(null, rowsFitting(memoryBytes));
  const readOptions = { natGateway: options.natGateway, flowReaders: createFlowReaders(store) };
  for (const { path, reason } of unreadable) tray.addUnrecognised(path, reason);
  const bytesTotal = files.reduce((total, { bytes }) => total + bytes, 0);
  keepYoungGenerationSmall(bytesTotal);
  let bytesDone = 0;
  for (const [i, file] of files.entries()) {
    const place = `${i + 1 === files.length ? 'with the last' : `after ${i + 1}`} of ${files.length} files`;
    const onBytes = (bytes: number): void => {
      bytesDone += bytes;
      options.onProgress?.({ bytesDone, bytesTotal, file: file.path });
    };
    const before = store.length;
    try {
      const isKept = await addFile(tray, file, readOptions, onBytes);
      if (!isKept) store.cut(before);
    } catch (error) {
      if (error instanceof TooManyRows || isAllocationFailure(error))
        throw tooManyRows(place, store.length, memoryBytes);
      tray.addUnrecognised(file.path, reasonOf(error));
      store.cut(before);
    }
    if (isHeapFull()) throw heapFull(place);
  }
  return { parts: [...tray.parts.values()], inventory: tray.inventory, inputs: tray.summaries() };
}

/** False for a file whose rows another has brought already. */
async function addFile(
  tray: InputTray,
  file: InputFile,
  options: ReadFileOptions,
  onBytes: (bytes: number) => void,
): Promise<boolean> {
  const { result, contentHash, damage } = await readFile(file, options, onBytes);
  switch (result.kind) {
    case 'settings':
      tray.addSettings(file.path);
      return false;
    case 'unrecognised':
      tray.addUnrecognised(file.path, damage === null ? result.reason : `${damage}: ${result.reason}`);
      return false;
    case 'reading':
      return tray.addReading(
        file.path,
        contentHash,
        result.reading,
        partsOf(result.reading, file.path, contentHash),
        damage,
      );
  }
}
