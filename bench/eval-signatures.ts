import { classifyText } from '../shared/core/app-log/classify.ts';
import { CERTAIN, type Classification } from '../shared/core/app-log/signature.ts';
import type { NamedDestination } from '../shared/core/model/destination.ts';
import { type Labelled, type LabelledSet, labelledSets } from './signatures/labelled.ts';
import { ordinaryLine } from './signatures/ordinary-lines.ts';
import { createRandom } from './signatures/random.ts';
import { undecidableReason } from './signatures/undecidable.ts';

// npm run eval:signatures: how well the catalogue tells exhausted ports from what only looks like it.
const BARS = { recall: 0.97, precision: 0.98, destinations: 0.97 } as const;
const ORDINARY_LINES = 40_000;
const TEXT_SHOWN = 150;

/** What a false alarm is counted against. Mistakes of connecting say the very same words, and have a bar of their own. */
const NEGATIVES = ['bind-misconfig', 'other-network', 'benign', 'conntrack-full'];

type Judged = { readonly row: Labelled; readonly found: Classification; readonly undecidable: string | null };

const destinationText = (destination: NamedDestination | null): string | null => {
  if (destination === null) return null;
  const host = destination.host.includes(':') ? `[${destination.host}]` : destination.host;
  return destination.port === null ? host : `${host}:${destination.port}`;
};

const shown = ({ row, found }: Judged): string =>
  `    #${row.id} ${found.verdict} ${found.certainty} ${found.signature ?? '-'} | ${JSON.stringify(row.text.slice(0, TEXT_SHOWN))}`;

function list(title: string, rows: readonly Judged[], detail: (judged: Judged) => string = shown): void {
  if (rows.length === 0) return;
  console.log(`  ${title}: ${rows.length}`);
  for (const judged of rows) console.log(detail(judged));
}

const share = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${(part / whole).toFixed(3)} (${part} of ${whole})`;

/** Prints one set's figures; true when every bar is reached. */
function evaluate({ name, rows }: LabelledSet): boolean {
  console.log(`\n${name}`);
  if (rows === null) {
    console.log('  not here: left out');
    return true;
  }
  const judged = rows.map((row): Judged => ({
    row,
    found: classifyText(row.text),
    undecidable: undecidableReason(row.text),
  }));
  const positives = judged.filter(({ row }) => row.label === 'connect-exhaustion');
  const decidable = positives.filter(({ undecidable }) => undecidable === null);
  const isAlarm = ({ found }: Judged): boolean => found.verdict === 'connect-exhaustion';
  const missed = decidable.filter((each) => !isAlarm(each));
  const caught = decidable.length - missed.length;
  const falseAlarms = judged.filter((each) => NEGATIVES.includes(each.row.label) && isAlarm(each));
  const mistakes = judged.filter(({ row }) => row.label === 'connect-misconfig');
  const certainMistakes = mistakes.filter(({ found }) => found.certainty >= CERTAIN);
  const named = judged.filter(({ row }) => row.destination !== null);
  const misnamed = named.filter(({ row, found }) => destinationText(found.destination) !== row.destination);

  console.log(`  recall ${share(caught, decidable.length)}, precision ${share(caught, caught + falseAlarms.length)}`);
  console.log(`  mistakes of connecting called certain: ${certainMistakes.length} of ${mistakes.length}`);
  console.log(`  destinations right: ${share(named.length - misnamed.length, named.length)}`);
  list('missed', missed);
  list('false alarms', falseAlarms);
  list('certain mistakes', certainMistakes);
  list('destinations wrong', misnamed, (each) => `${shown(each)} -> ${destinationText(each.found.destination)}`);
  list(
    'no text could decide',
    positives.filter(({ undecidable }) => undecidable !== null),
    ({ row, undecidable }) => `    #${row.id} ${undecidable}`,
  );
  return (
    caught >= BARS.recall * decidable.length &&
    caught >= BARS.precision * (caught + falseAlarms.length) &&
    certainMistakes.length === 0 &&
    named.length - misnamed.length >= BARS.destinations * named.length
  );
}

/** Ordinary lines of many programs: the bar is none. */
function evaluateOrdinary(): boolean {
  const random = createRandom(2026);
  let alarms = 0;
  for (let at = 0; at < ORDINARY_LINES; at += 1) {
    const line = ordinaryLine(random, 1_767_261_605_000 + at * 419);
    if (classifyText(line).verdict !== 'connect-exhaustion') continue;
    alarms += 1;
    console.log(`    ${line.slice(0, TEXT_SHOWN)}`);
  }
  console.log(`\n${ORDINARY_LINES} ordinary lines\n  false exhaustion: ${alarms}`);
  return alarms === 0;
}

const reached = [...labelledSets().map(evaluate), evaluateOrdinary()];
console.log(reached.every(Boolean) ? '\nevery bar is reached' : '\na bar is missed');
process.exitCode = reached.every(Boolean) ? 0 : 1;
