import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CALM_WEEKS } from './calm-case.ts';
import type { EvalCase } from './case.ts';
import { evalCases } from './cases.ts';
import { playAll } from './play-all.ts';
import type { CaseOutcome } from './play-case.ts';
import { judgeRecordings } from './recorded-incidents.ts';
import { keptCalm, runCalm } from './run-calm.ts';
import { failuresOf } from './missed.ts';
import { scoreboard } from './scoreboard.ts';

/**
 * `npm run eval -- [--quick] [--scenario TEXT] [--seed N] [--seeds COUNT] [--jobs N] [--json FILE]`: plays the worlds, prints the
 * scoreboard, and after a full run writes docs/scoreboard.md. A filtered or quick run writes nothing.
 * `npm run eval -- --calm [--weeks N] [--seed N] [--jobs N]`: plays the calm weeks, and after a run of all of them keeps
 * their figures for the scoreboard.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    calm: { type: 'boolean', default: false },
    weeks: { type: 'string' },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    seeds: { type: 'string' },
    jobs: { type: 'string' },
    json: { type: 'string' },
  },
});

const SCOREBOARD = new URL('../../docs/scoreboard.md', import.meta.url);

const { scenario: part } = values;
const seed = values.seed === undefined ? null : Number(values.seed);
const jobs = values.jobs === undefined ? null : Number(values.jobs);
if (values.calm) {
  const weeks = values.weeks === undefined ? CALM_WEEKS : Number(values.weeks);
  await runCalm(weeks, seed, jobs, weeks === CALM_WEEKS && seed === null);
} else await runScoreboard();

async function runScoreboard(): Promise<void> {
  const extent = values.quick ? 'quick' : 'full';
  const all = values.seeds ? evalCases(extent, Number(values.seeds)) : evalCases(extent);
  const cases = all.filter(
    (one) => (part === undefined || one.scenario.includes(part)) && (seed === null || one.seed === seed),
  );
  const isFiltered = cases.length < all.length;
  const beganMs = performance.now();
  const outcomes = await playAll<EvalCase, CaseOutcome>(cases, jobs, (outcome, done) => {
    const failures = failuresOf(outcome);
    const { scenario, seed: ofSeed, damage, evidence } = outcome.case;
    const special = `${damage === 'none' ? '' : ' (damaged)'}${evidence === 'usual' ? '' : ` (${evidence})`}`;
    const name = `${scenario}#${ofSeed}${special}`;
    process.stderr.write(`${done}/${cases.length} ${name} ${failures.length === 0 ? 'ok' : failures.join('; ')}\n`);
  });
  outcomes.sort((a, b) => order(cases, a.case) - order(cases, b.case));
  const extentText = values.quick ? 'quick' : isFiltered ? 'a part' : 'full';
  const text = scoreboard(outcomes, await judgeRecordings(), await keptCalm(), extentText);
  process.stdout.write(text);
  process.stderr.write(`${((performance.now() - beganMs) / 1000).toFixed(0)} s\n`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(outcomes, null, 2)}\n`);
  if (values.quick || isFiltered) return;
  await writeFile(SCOREBOARD, text);
  execFileSync('oxfmt', [SCOREBOARD.pathname]);
}

/** Outcomes come back from the threads as copies, so their place is found by what they are. */
function order(cases: readonly EvalCase[], one: EvalCase): number {
  return cases.findIndex(
    (each) =>
      each.scenario === one.scenario &&
      each.seed === one.seed &&
      each.damage === one.damage &&
      each.evidence === one.evidence,
  );
}
