import { describe, expect, test } from 'vitest';
import { createProgressBar, progressLine } from '../../cli/progress.ts';

const progress = { bytesDone: 50, bytesTotal: 100, file: 'logs/app.log' };

function terminal(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  return { written, stream: { isTTY, columns: 60, write } };
}

describe('the progress bar', () => {
  test('shows how much is read, and of which file', () => {
    expect(progressLine(progress, 60)).toBe('██████████░░░░░░░░░░  50 % logs/app.log');
    expect(progressLine({ ...progress, bytesTotal: 0 }, 60)).toMatch(/^█{20} 100 %/);
    expect(progressLine({ ...progress, file: `${'deep/'.repeat(50)}end.log` }, 60)).toMatch(
      /^█{10}░{10}  50 % ….*deep\/end\.log$/,
    );
    expect(progressLine({ ...progress, file: `${'deep/'.repeat(50)}end.log` }, 60).length).toBeLessThanOrEqual(60);
  });

  test('makes the names of files harmless', () => {
    expect(progressLine({ ...progress, file: '\u001B[2Jx' }, 60)).toBe('██████████░░░░░░░░░░  50 % \ufffd[2Jx');
  });

  test('is drawn at most ten times a second, and cleared at the end', () => {
    const { written, stream } = terminal(true);
    const clock = [0, 0, 50, 150, 150].values();
    const bar = createProgressBar(stream, () => clock.next().value ?? 1_000);
    bar.show(progress);
    bar.show(progress);
    bar.show(progress);
    bar.end();
    bar.end();
    expect(written).toHaveLength(3);
    expect(written.at(-1)).toBe('\r\u001B[K');
  });

  test('is silent where there is no terminal', () => {
    const { written, stream } = terminal(false);
    const bar = createProgressBar(stream, () => 0);
    bar.show(progress);
    bar.end();
    expect(written).toEqual([]);
  });
});
