import { readFile, writeFile } from 'node:fs/promises';
import { calmCases, type CalmCase } from './calm-case.ts';
import { calmFigures, calmSection, pagesOf, type CalmFigures } from './calm-report.ts';
import { playAll } from './play-all.ts';
import type { CalmOutcome } from './play-calm.ts';

/** Kept beside the judge, so that a run of the scoreboard need not play the weeks again. */
const KEPT = new URL('calm-weeks.json', import.meta.url);

/** `writes` for a run of all weeks. */
export async function runCalm(weeks: number, seed: number | null, jobs: number | null, writes: boolean): Promise<void> {
  const cases = calmCases(weeks).filter((one) => seed === null || one.seed === seed);
  const outcomes = await playAll<CalmCase, CalmOutcome>(cases, jobs, ({ case: one, sent, natWeeks, seconds }, done) => {
    process.stderr.write(
      `${done}/${cases.length} calm-fleet#${one.seed} ${natWeeks} NAT-weeks, ${sent.length} sent, ${seconds.toFixed(0)} s\n`,
    );
  });
  const figures = calmFigures(outcomes.sort((a, b) => a.case.seed - b.case.seed));
  process.stdout.write(`${calmSection(figures).join('\n')}\n`);
  process.stderr.write(`${pagesOf(figures)} false pages\n`);
  if (writes) await writeFile(KEPT, `${JSON.stringify(figures, null, 2)}\n`);
}

export async function keptCalm(): Promise<CalmFigures | null> {
  try {
    return JSON.parse(await readFile(KEPT, 'utf8')) as CalmFigures;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
