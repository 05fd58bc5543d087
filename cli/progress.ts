import type { ReadProgress } from '../shared/local/files/read-inputs.ts';
import { plainLine } from '../shared/core/finding/plain-text.ts';

type Terminal = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

const BAR_WIDTH = 20;
const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001B[K';

export type ProgressBar = { show(progress: ReadProgress): void; end(): void };

/** A bar on one line of the terminal, cleared at the end; nothing at all where there is no terminal. */
export function createProgressBar(stream: Terminal, nowMs: () => number): ProgressBar {
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    show(progress) {
      if (!stream.isTTY || nowMs() - drawnAtMs < REDRAW_MS) return;
      drawnAtMs = nowMs();
      isDrawn = true;
      stream.write(`${CLEAR_LINE}${progressLine(progress, stream.columns || 80)}`);
    },
    end() {
      if (isDrawn) stream.write(CLEAR_LINE);
      isDrawn = false;
    },
  };
}

export function progressLine({ bytesDone, bytesTotal, file }: ReadProgress, columns: number): string {
  const ratio = bytesTotal === 0 ? 1 : Math.min(bytesDone / bytesTotal, 1);
  const full = Math.round(ratio * BAR_WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
  const percent = `${Math.floor(ratio * 100)}`.padStart(3);
  const name = plainLine(file, 4_096);
  const room = columns - BAR_WIDTH - 9;
  return `${bar} ${percent} % ${name.length > room ? `…${name.slice(name.length - room + 1)}` : name}`;
}
