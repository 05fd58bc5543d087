import type { AnalysisInput } from '../../core/finding/schema.ts';
import type { InventoryFragment } from '../../core/model/inventory.ts';
import type { AnyPart } from '../../core/model/part.ts';
import type { Reading, ReadingCounts } from '../../core/model/reading.ts';
import { addCounts } from '../../core/enclosed/readings.ts';

export type InputSource = AnalysisInput['source'];

/** Where what was read is laid out: parts by id, and per source what was counted. */
export type InputTray = {
  /** False where another file brought the same. */
  addReading(
    file: string,
    contentHash: string,
    reading: Reading,
    parts: readonly AnyPart[],
    damage: string | null,
  ): boolean;
  addUnrecognised(file: string, reason: string): void;
  addSettings(file: string): void;
  readonly parts: ReadonlyMap<string, AnyPart>;
  readonly inventory: readonly InventoryFragment[];
  /** One per source that was met, in a fixed order. */
  summaries(): AnalysisInput[];
};

const SOURCES: readonly InputSource[] = ['app-log', 'flow-log', 'metric', 'socket-table', 'inventory', 'unrecognised'];
const WARNINGS_LIMIT = 50;
const UNREAD_FILES_LIMIT = 1_000;

type Warning = { readonly text: string; readonly file: string; files: number };

/** Warnings are kept by what they say, numbers aside: the same one of a thousand files is one line. */
type Summary = { files: number; counts: ReadingCounts; readonly warnings: Map<string, Warning> };

const NO_COUNTS: ReadingCounts = { read: 0, rejected: 0, skipped: 0, rejectedExamples: [] };

export function createInputTray(): InputTray {
  const parts = new Map<string, AnyPart>();
  const inventory: InventoryFragment[] = [];
  const summaries = new Map<InputSource, Summary>();
  /** Content hash → the first file that had it. */
  const seen = new Map<string, string>();

  const open = (source: InputSource): Summary => {
    const summary = summaries.get(source) ?? { files: 0, counts: NO_COUNTS, warnings: new Map() };
    summaries.set(source, summary);
    summary.files += 1;
    return summary;
  };
  return {
    parts,
    inventory,
    addReading(file, contentHash, reading, readParts, damage) {
      const summary = open(reading.source);
      if (damage !== null) warn(summary, file, `${damage}: what could be read before it counts`);
      const twin = seen.get(contentHash);
      if (twin !== undefined && readParts.every(({ id }) => parts.has(id))) {
        warn(summary, file, `the same content as ${twin}: counted once`);
        return false;
      }
      seen.set(contentHash, file);
      summary.counts = addCounts(summary.counts, reading.counts);
      for (const part of readParts) parts.set(part.id, part);
      if (reading.inventory) inventory.push(reading.inventory);
      for (const warning of reading.warnings) warn(summary, file, warning);
      return true;
    },
    addUnrecognised(file, reason) {
      const summary = open('unrecognised');
      const { rejectedExamples, rejected } = summary.counts;
      // A file that was not read at all is named, however many there are: nobody can know what it held.
      const named = rejected < UNREAD_FILES_LIMIT ? [...rejectedExamples, { file, line: 0, reason }] : rejectedExamples;
      summary.counts = { ...summary.counts, rejected: rejected + 1, rejectedExamples: named };
    },
    addSettings(file) {
      const summary = open('unrecognised');
      summary.counts = { ...summary.counts, skipped: summary.counts.skipped + 1 };
      warn(summary, file, 'Freeport settings: apply them with --config');
    },
    summaries: () =>
      SOURCES.flatMap((source) => {
        const summary = summaries.get(source);
        return summary ? [inputOf(source, summary)] : [];
      }),
  };
}

function warn({ warnings }: Summary, file: string, text: string): void {
  const key = text.replaceAll(/\d+/g, '#');
  const known = warnings.get(key);
  if (known) known.files += 1;
  else if (warnings.size < WARNINGS_LIMIT) warnings.set(key, { text, file, files: 1 });
}

const inputOf = (source: InputSource, { files, counts, warnings }: Summary): AnalysisInput => ({
  source,
  files,
  read: counts.read,
  rejected: counts.rejected,
  skipped: counts.skipped,
  rejectedExamples: [...counts.rejectedExamples],
  warnings: [...warnings.values()].map(({ text, file, files: among }) =>
    among === 1 ? `${file}: ${text}` : `${file} and ${among - 1} more: ${text}`,
  ),
});
