import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { evalCases } from './cases.ts';
import { playAll } from './play-all.ts';
import { judgeRecordings } from './recorded-incidents.ts';
import { failuresOf, scoreboard } from './scoreboard.ts';

/**
 * `npm run eval -- [--quick] [--scenario TEXT] [--seed N] [--seeds COUNT] [--jobs N] [--json FILE]`: plays the worlds, prints the
 * scoreboard, and after a full run writes docs/scoreboard.md. A filtered or quick run writes nothing.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    seeds: { type: 'string' },
    jobs: { type: 'string' },
    json: { type: 'string' },
  },
});

const SCOREBOARD = new URL('../../docs/scoreboard.md', import.meta.url);

const extent = values.quick ? 'quick' : 'full';
const all = values.seeds ? evalCases(extent, Number(values.seeds)) : evalCases(extent);
const { scenario: part, seed } = values;
const cases = all.filter(
  (one) => (part === undefined || one.scenario.includes(part)) && (seed === undefined || one.seed === Number(seed)),
);
const isFiltered = cases.length < all.length;
const beganMs = performance.now();
const outcomes = await playAll(cases, values.jobs ? Number(values.jobs) : null, (outcome, done) => {
  const failures = failuresOf(outcome);
  const { scenario, seed: ofSeed, damage } = outcome.case;
  const name = `${scenario}#${ofSeed}${damage === 'none' ? '' : ' (damaged)'}`;
  process.stderr.write(`${done}/${cases.length} ${name} ${failures.length === 0 ? 'ok' : failures.join('; ')}\n`);
});
outcomes.sort((a, b) => order(a.case) - order(b.case));
const text = scoreboard(outcomes, await judgeRecordings(), values.quick ? 'quick' : isFiltered ? 'a part' : 'full');
process.stdout.write(text);
process.stderr.write(`${((performance.now() - beganMs) / 1000).toFixed(0)} s\n`);
if (values.json) await writeFile(values.json, `${JSON.stringify(outcomes, null, 2)}\n`);
if (!values.quick && !isFiltered) {
  await writeFile(SCOREBOARD, text);
  execFileSync('oxfmt', [SCOREBOARD.pathname]);
}

/** Outcomes come back from the threads as copies, so their place is found by what they are. */
function order(one: (typeof cases)[number]): number {
  return cases.findIndex(
    (each) => each.scenario === one.scenario && each.seed === one.seed && each.damage === one.damage,
  );
}
