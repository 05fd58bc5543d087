import type { FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { countsOf, warningsOf } from '../../core/flow-log/tally.ts';
import type { InputReader, Reading } from '../../core/model/reading.ts';
import type { FlowReaders } from '../../core/enclosed/flow-lines.ts';
import { rawChunks, readChunks, readContent, type RawChunks } from '../files/read-file.ts';
import type { FlowFileResult, ReadFlowFileOptions } from './read-flow-file.ts';

type WrappedFile = { readonly path: string; readonly bytes: number };

/**
 * Flow records inside something else, or from a pipe, read by what `freeport analyze` reads all its inputs with; the
 * engine takes the records alone. With a format given, what comes is taken for lines of it.
 */
export async function readWrappedFlows(
  engine: FlowEngine,
  { path, bytes }: WrappedFile,
  { format, onBytes }: Pick<ReadFlowFileOptions, 'format' | 'onBytes'>,
  raw: RawChunks = rawChunks({ path, bytes }, onBytes),
): Promise<FlowFileResult> {
  const file = { path, name: path, bytes, modifiedMs: 0 };
  let open: InputReader | null = null;
  const flowReaders: FlowReaders = (options) => (open = readerInto(engine, options, () => (open = null)));
  try {
    if (format !== undefined) {
      const lines = flowReaders({ file: path, format });
      const damage = await readContent(file, raw, (chunk) => lines.push(chunk));
      return resultOf(lines.finish(), damage);
    }
    const { result, damage } = await readChunks(file, raw, { natGateway: null, flowReaders }, () => {});
    if (result.kind === 'reading' && result.reading.source === 'flow-log') return resultOf(result.reading, damage);
    const reason = result.kind === 'unrecognised' ? result.reason : 'a log or table of something else';
    return { kind: 'skipped', reason: `${damage === null ? '' : `${damage}, `}not a flow log: ${reason}` };
  } finally {
    // What broke off in the middle leaves the engine ready for the next file.
    (open as InputReader | null)?.finish();
  }
}

function resultOf({ counts, warnings }: Reading, damage: string | null): FlowFileResult {
  const ofDamage = damage === null ? [] : [`${damage}: read ${counts.read} records before it`];
  return { kind: 'read', counts, warnings: [...ofDamage, ...warnings] };
}

/** A reader whose rows stay with the engine. */
function readerInto(
  engine: FlowEngine,
  options: { readonly file: string; readonly format?: readonly string[] | undefined },
  onEnd: () => void,
): InputReader {
  engine.beginInput(options);
  return {
    push: (chunk) => engine.push(chunk),
    finish() {
      onEnd();
      const { tally, fields } = engine.endInput();
      const warnings = warningsOf(tally);
      return { source: 'flow-log', counts: countsOf(tally), fields, scopes: [], inventory: null, warnings };
    },
  };
}
