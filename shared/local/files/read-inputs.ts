import type { AnalysisInput } from '../../core/finding/schema.ts';
import type { InventoryFragment } from '../../core/model/inventory.ts';
import type { Part } from '../../core/model/part.ts';
import type { ReadingCounts } from '../../core/model/reading.ts';
import { listFiles, reasonOf } from './list-files.ts';
import type { InputFile } from './list-files.ts';
import { partsOf, readFile } from './read-file.ts';
import { addCounts } from './readings.ts';

export type ReadProgress = { readonly bytesDone: number; readonly bytesTotal: number; readonly file: string };

export type InputsRead = {
  /** Each id once. */
  readonly parts: readonly Part[];
  readonly inventory: readonly InventoryFragment[];
  /** One summary per source that was met, in a fixed order. */
  readonly inputs: readonly AnalysisInput[];
};

type Source = AnalysisInput['source'];

const SOURCES: readonly Source[] = ['app-log', 'flow-log', 'metric', 'socket-table', 'inventory', 'unrecognised'];
const WARNINGS_LIMIT = 50;

/**
 * Reads every file behind `paths` into parts. A bad file is counted and the others go on; only a path that the user
 * named and that cannot be read at all throws (`UnreadablePath`).
 */
export async function readInputs(
  paths: readonly string[],
  options: { readonly natGateway: string | null; readonly onProgress?: (progress: ReadProgress) => void },
): Promise<InputsRead> {
  const { files, unreadable } = await listFiles(paths);
  const tray = emptyTray();
  for (const { path, reason } of unreadable) addUnrecognised(tray, path, reason);
  const bytesTotal = files.reduce((total, { bytes }) => total + bytes, 0);
  let bytesDone = 0;
  for (const file of files) {
    const onBytes = (bytes: number): void => {
      bytesDone += bytes;
      options.onProgress?.({ bytesDone, bytesTotal, file: file.path });
    };
    try {
      await addFile(tray, file, options.natGateway, onBytes);
    } catch (error) {
      addUnrecognised(tray, file.path, reasonOf(error));
    }
  }
  return { parts: [...tray.parts.values()], inventory: tray.inventory, inputs: summaries(tray) };
}

type Summary = { files: number; counts: ReadingCounts; warnings: string[] };

type Tray = {
  readonly parts: Map<string, Part>;
  readonly inventory: InventoryFragment[];
  readonly summaries: Map<Source, Summary>;
  /** Content hash → the first file that had it. */
  readonly seen: Map<string, string>;
};

const emptyTray = (): Tray => ({ parts: new Map(), inventory: [], summaries: new Map(), seen: new Map() });

const NO_COUNTS: ReadingCounts = { read: 0, rejected: 0, skipped: 0, rejectedExamples: [] };

async function addFile(
  tray: Tray,
  file: InputFile,
  natGateway: string | null,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { result, contentHash, damage } = await readFile(file, natGateway, onBytes);
  if (result.kind === 'settings') return addSettings(tray, file.path);
  if (result.kind === 'unrecognised') {
    const reason = damage === null ? result.reason : `${damage}: ${result.reason}`;
    return addUnrecognised(tray, file.path, reason);
  }
  const { reading } = result;
  const parts = partsOf(reading, file.path, contentHash);
  const summary = summaryOf(tray, reading.source);
  summary.files += 1;
  const twin = tray.seen.get(contentHash);
  if (twin !== undefined && parts.every(({ id }) => tray.parts.has(id))) {
    return warn(summary, file.path, `the same content as ${twin}: counted once`);
  }
  tray.seen.set(contentHash, file.path);
  summary.counts = addCounts(summary.counts, reading.counts);
  for (const part of parts) tray.parts.set(part.id, part);
  if (reading.inventory) tray.inventory.push(reading.inventory);
  if (damage !== null) warn(summary, file.path, `${damage}: what could be read before it counts`);
  for (const warning of reading.warnings) warn(summary, file.path, warning);
}

function addUnrecognised(tray: Tray, file: string, reason: string): void {
  const summary = summaryOf(tray, 'unrecognised');
  const counts = { ...NO_COUNTS, rejected: 1, rejectedExamples: [{ file, line: 0, reason }] };
  summary.files += 1;
  summary.counts = addCounts(summary.counts, counts);
}

function addSettings(tray: Tray, file: string): void {
  const summary = summaryOf(tray, 'unrecognised');
  summary.files += 1;
  summary.counts = addCounts(summary.counts, { ...NO_COUNTS, skipped: 1 });
  warn(summary, file, 'Freeport settings: apply them with --config');
}

function summaryOf(tray: Tray, source: Source): Summary {
  const known = tray.summaries.get(source);
  if (known) return known;
  const summary = { files: 0, counts: NO_COUNTS, warnings: [] };
  tray.summaries.set(source, summary);
  return summary;
}

function warn(summary: Summary, file: string, warning: string): void {
  if (summary.warnings.length < WARNINGS_LIMIT) summary.warnings.push(`${file}: ${warning}`);
  else if (summary.warnings.length === WARNINGS_LIMIT) summary.warnings.push('more warnings were left out');
}

const summaries = (tray: Tray): AnalysisInput[] =>
  SOURCES.flatMap((source) => {
    const summary = tray.summaries.get(source);
    if (!summary) return [];
    const { read, rejected, skipped, rejectedExamples } = summary.counts;
    return [
      {
        source,
        files: summary.files,
        read,
        rejected,
        skipped,
        rejectedExamples: [...rejectedExamples],
        warnings: summary.warnings,
      },
    ];
  });
