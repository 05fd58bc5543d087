import type { AnalysisInput } from '../../core/finding/schema.ts';
import type { InventoryFragment } from '../../core/model/inventory.ts';
import type { Part } from '../../core/model/part.ts';
import { createFlowReaders } from './flow-readers.ts';
import { createInputTray } from './input-tray.ts';
import type { InputTray } from './input-tray.ts';
import { listFiles, reasonOf } from './list-files.ts';
import type { InputFile } from './list-files.ts';
import { partsOf, readFile } from './read-file.ts';
import type { ReadFileOptions } from './read-file.ts';

export type ReadProgress = { readonly bytesDone: number; readonly bytesTotal: number; readonly file: string };

export type InputsRead = {
  /** Each id once. */
  readonly parts: readonly Part[];
  readonly inventory: readonly InventoryFragment[];
  /** One summary per source that was met, in a fixed order. */
  readonly inputs: readonly AnalysisInput[];
};

/**
 * Reads every file behind `paths` into parts. A bad file is counted and the others go on; only a path that the user
 * named and that cannot be read at all throws (`UnreadablePath`).
 */
export async function readInputs(
  paths: readonly string[],
  options: { readonly natGateway: string | null; readonly onProgress?: (progress: ReadProgress) => void },
): Promise<InputsRead> {
  const { files, unreadable } = listFiles(paths, Date.now());
  const tray = createInputTray();
  const readOptions = { natGateway: options.natGateway, flowReaders: createFlowReaders() };
  for (const { path, reason } of unreadable) tray.addUnrecognised(path, reason);
  const bytesTotal = files.reduce((total, { bytes }) => total + bytes, 0);
  let bytesDone = 0;
  for (const file of files) {
    const onBytes = (bytes: number): void => {
      bytesDone += bytes;
      options.onProgress?.({ bytesDone, bytesTotal, file: file.path });
    };
    try {
      await addFile(tray, file, readOptions, onBytes);
    } catch (error) {
      tray.addUnrecognised(file.path, reasonOf(error));
    }
  }
  return { parts: [...tray.parts.values()], inventory: tray.inventory, inputs: tray.summaries() };
}

async function addFile(
  tray: InputTray,
  file: InputFile,
  options: ReadFileOptions,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { result, contentHash, damage } = await readFile(file, options, onBytes);
  switch (result.kind) {
    case 'settings':
      return tray.addSettings(file.path);
    case 'unrecognised':
      return tray.addUnrecognised(file.path, damage === null ? result.reason : `${damage}: ${result.reason}`);
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
