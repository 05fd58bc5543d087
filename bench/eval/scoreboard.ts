import { calmSection, pagesOf, rateText, type CalmFigures } from './calm-report.ts';
import type { RecordedOutcome } from './recorded-incidents.ts';
import { minutesText, ranged, short, shown, table } from './markdown.ts';
import { missed } from './missed.ts';
import type { CaseOutcome } from './play-case.ts';
import { RAMP_MINUTES, SHORT_RAMP_MINUTES } from './ramps.ts';
import { baselineTable, recordedTable } from './scoreboard-baselines.ts';
import { forecastTable, publishingTable, toldInTime } from './scoreboard-publishing.ts';
import { damageTable, evidenceTable } from './scoreboard-robustness.ts';
import { shareOf } from './statistics.ts';
import { incidentsOf, MODES, precisionOf, rejected, summariseIncidents, type Mode } from './summary.ts';

/** The scoreboard as Markdown: figures with their 95 % intervals, and at the end what was missed and how to see it. */
export function scoreboard(
  outcomes: readonly CaseOutcome[],
  recorded: readonly RecordedOutcome[],
  calm: CalmFigures | null,
  extent: string,
): string {
  const usual = outcomes.filter((outcome) => outcome.case.evidence === 'usual');
  const intact = usual.filter((outcome) => outcome.case.damage === 'none');
  const damaged = usual.filter((outcome) => outcome.case.damage !== 'none');
  return [
    ...heading(outcomes, extent),
    ...targets(intact, calm),
    ...incidentTable('Incidents, with delivery delays', intact, 'delayed'),
    ...incidentTable('Incidents, without delays', intact, 'prompt'),
    ...lookAlikeTable(intact),
    ...calmSection(calm),
    ...damageTable(intact, damaged),
    ...evidenceTable(outcomes),
    ...publishingTable(intact),
    ...forecastTable(intact),
    ...baselineTable(intact),
    ...recordedTable(recorded),
    ...missed(outcomes),
  ].join('\n');
}

function heading(outcomes: readonly CaseOutcome[], extent: string): string[] {
  return [
    '# Scoreboard',
    '',
    `Made by \`npm run eval\` (${extent}): ${outcomes.length} simulated worlds ([how they are made](simulator.md)), each read by`,
    'Freeport’s own readers and replayed minute by minute with what had arrived by then: once with delivery delays drawn per',
    'object (S3 flow logs 6–20 min after an object’s end, median 11; flow logs in CloudWatch Logs 4–8 min; metrics 1–3 min;',
    'logs 5–15 s), once without. Intervals are 95 %: Wilson for shares, bootstrap over worlds for medians. *Lead* runs from',
    'the first finding about the subject to the first connection that failed; negative means after it. *Oracle* is whoever',
    'knows the true utilisation as soon as the flow records of each minute arrive. Nothing here was tuned per world.',
    '',
  ];
}

function targets(outcomes: readonly CaseOutcome[], calm: CalmFigures | null): string[] {
  const delayed = summariseIncidents(incidentsOf(outcomes, 'delayed'), 'all/delayed');
  const atLeast = (mode: Mode, from: number, below = Number.POSITIVE_INFINITY) =>
    summariseIncidents(
      incidentsOf(outcomes, mode).filter(({ rampMinutes }) => (rampMinutes ?? 0) >= from && (rampMinutes ?? 0) < below),
      `ramps/${mode}/${from}`,
    ).lead;
  const looks = outcomes.filter(({ truth }) => truth.verdict === 'look-alike').map((each) => rejected(each, 'delayed'));
  const etas = summariseIncidents(incidentsOf(outcomes, 'prompt'), 'all/prompt').etaCoverage;
  return [
    '## Against the targets',
    '',
    ...table(
      ['measure', 'target', 'measured'],
      [
        ['recall', '≥ 99 %', shown(delayed.found)],
        ['precision', '≥ 99 %', shown(precisionOf(outcomes, 'delayed'))],
        ['lead > 0, ramps of 45 min and longer, delayed', '≥ 90 %', shown(atLeast('delayed', RAMP_MINUTES).early)],
        [
          'lead > 0, ramps of 5–45 min, delayed (oracle beside)',
          'reported',
          `${shown(atLeast('delayed', SHORT_RAMP_MINUTES, RAMP_MINUTES).early)}; oracle ${short(atLeast('delayed', SHORT_RAMP_MINUTES, RAMP_MINUTES).oracleEarly)}`,
        ],
        ['lead > 0, ramps over 5 min, no delays', '≥ 95 %', shown(atLeast('prompt', SHORT_RAMP_MINUTES).early)],
        ['top destination', '≥ 99 %', shown(delayed.destination)],
        ['top source', '≥ 97 %', shown(delayed.source)],
        ['layer', '≥ 99 %', shown(delayed.layer)],
        ['cause', '≥ 90 %', shown(delayed.cause)],
        ['false pages per NAT-week, calm weeks', '< 0.05', calm ? rateText(pagesOf(calm), calm.natWeeks) : 'not run'],
        [
          'look-alikes rejected with the right reason',
          '≥ 95 %',
          shown(shareOf(looks.filter(({ quiet, reasoned }) => quiet && reasoned).length, looks.length)),
        ],
        ['time of exhaustion inside the interval said', '80–95 %', shown(etas)],
        ['told within 90 s of sufficient evidence, as deployed', 'all', shown(toldInTime(outcomes))],
      ],
    ),
  ];
}

function byClass(outcomes: readonly CaseOutcome[]): [string, CaseOutcome[]][] {
  return [...Map.groupBy(outcomes, ({ truth }) => truth.class)];
}

function incidentTable(title: string, outcomes: readonly CaseOutcome[], mode: Mode): string[] {
  const rows = byClass(outcomes.filter(({ truth }) => truth.incidents.length > 0)).map(([name, ofClass]) => {
    const summary = summariseIncidents(incidentsOf(ofClass, mode), `${name}/${mode}`);
    const { lead } = summary;
    const median = lead.median;
    return [
      name,
      String(summary.incidents),
      ranged(summary.found),
      ranged(precisionOf(ofClass, mode)),
      median ? `${median.median.toFixed(1)} (${median.low.toFixed(1)}…${median.high.toFixed(1)})` : '–',
      minutesText(lead.p10),
      ranged(lead.early),
      short(lead.oracleEarly),
      minutesText(summary.warnedAfterOnset),
      minutesText(summary.saidAfterFailure),
      ranged(summary.destination),
      ranged(summary.source),
      ranged(summary.layer),
      ranged(summary.cause),
      `${short(summary.etaCoverage)} / ${minutesText(summary.etaErrorMinutes)}`,
    ];
  });
  const header = [
    'class',
    'n',
    'recall',
    'precision',
    'lead, min: median',
    'p10',
    'lead > 0',
    'oracle',
    'warned after onset, min',
    'exhaustion said after first failure, min',
    'destination',
    'source',
    'layer',
    'cause',
    'ETA inside / off by, min',
  ];
  return [`## ${title}`, '', ...table(header, rows)];
}

function lookAlikeTable(outcomes: readonly CaseOutcome[]): string[] {
  const rows = byClass(outcomes.filter(({ truth }) => truth.verdict === 'look-alike')).map(([name, ofClass]) => [
    name,
    String(ofClass.length),
    ...MODES.map((mode) => shown(shareOf(ofClass.filter((each) => rejected(each, mode).quiet).length, ofClass.length))),
    shown(shareOf(ofClass.filter((each) => rejected(each, 'delayed').reasoned).length, ofClass.length)),
    [...new Set(ofClass.flatMap((each) => each.delayed.ruledOut))].join(', ') || '–',
    ofClass[0]?.truth.ruledOut.join(', ') || '(none needed)',
  ]);
  const header = [
    'class',
    'n',
    'nothing raised, delayed',
    'without delays',
    'right reason',
    'ruled out',
    'right reasons',
  ];
  return ['## Look-alikes', '', ...table(header, rows)];
}
