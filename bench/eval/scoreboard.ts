import { calmSection, pagesOf, rateText, type CalmFigures } from './calm-report.ts';
import type { RecordedOutcome } from './recorded-incidents.ts';
import { reproduction } from './case.ts';
import type { CaseOutcome } from './play-case.ts';
import { shareOf, type Share } from './statistics.ts';
import { incidentsOf, precisionOf, rejected, summariseBaseline, summariseIncidents, type Mode } from './summary.ts';

const MODES: readonly Mode[] = ['delayed', 'prompt'];

/** The scoreboard as Markdown: figures with their 95 % intervals, and at the end what was missed and how to see it. */
export function scoreboard(
  outcomes: readonly CaseOutcome[],
  recorded: readonly RecordedOutcome[],
  calm: CalmFigures | null,
  extent: string,
): string {
  const intact = outcomes.filter((outcome) => outcome.case.damage === 'none');
  const damaged = outcomes.filter((outcome) => outcome.case.damage !== 'none');
  return [
    ...heading(outcomes, extent),
    ...targets(intact, calm),
    ...incidentTable('Incidents, with delivery delays', intact, 'delayed'),
    ...incidentTable('Incidents, without delays', intact, 'prompt'),
    ...lookAlikeTable(intact),
    ...calmSection(calm),
    ...damageTable(intact, damaged),
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

const percent = (value: number): string => `${(value * 100).toFixed(value > 0.995 && value < 1 ? 1 : 0)} %`;
const shown = ({ hits, of, low, high }: Share): string =>
  of === 0 ? '–' : `${percent(hits / of)} (${(low * 100).toFixed(0)}–${(high * 100).toFixed(0)}, n=${of})`;
const short = ({ hits, of }: Share): string => (of === 0 ? '–' : percent(hits / of));
const minutesText = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(1));

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(...header),
  row(...header.map(() => '---')),
  ...rows.map((cells) => row(...cells)),
  '',
];

const RAMP_MINUTES = 45;
const SHORT_RAMP_MINUTES = 5;

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
      short(summary.found),
      short(precisionOf(ofClass, mode)),
      median ? `${median.median.toFixed(1)} (${median.low.toFixed(1)}…${median.high.toFixed(1)})` : '–',
      minutesText(lead.p10),
      short(lead.early),
      short(lead.oracleEarly),
      minutesText(summary.warnedAfterOnset),
      minutesText(summary.saidAfterFailure),
      short(summary.destination),
      short(summary.source),
      short(summary.layer),
      short(summary.cause),
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

function damageTable(intact: readonly CaseOutcome[], damaged: readonly CaseOutcome[]): string[] {
  const key = ({ case: { scenario, seed } }: CaseOutcome): string => `${scenario}#${seed}`;
  const damagedKeys = new Set(damaged.map(key));
  const twins = intact.filter((outcome) => damagedKeys.has(key(outcome)));
  const rows = [
    ['intact', twins],
    ['20 % of records lost, 20 % of objects twice', damaged],
  ] as const;
  return [
    '## Damaged flow logs',
    '',
    ...table(
      [
        'the same worlds',
        'n',
        'recall',
        'precision',
        'lead > 0 (delayed)',
        'destination',
        'source',
        'layer',
        'cause',
        'look-alikes and calm: nothing raised',
      ],
      rows.map(([name, worlds]) => {
        const summary = summariseIncidents(incidentsOf(worlds, 'delayed'), name);
        const others = worlds.filter(({ truth }) => truth.incidents.length === 0);
        return [
          name,
          String(worlds.length),
          short(summary.found),
          short(precisionOf(worlds, 'delayed')),
          short(summary.lead.early),
          short(summary.destination),
          short(summary.source),
          short(summary.layer),
          short(summary.cause),
          short(shareOf(others.filter((each) => rejected(each, 'delayed').quiet).length, others.length)),
        ];
      }),
    ),
  ];
}

const BASELINES = [
  ['allocation-errors', 'ErrorPortAllocation > 0'],
  ['active-connections', 'ActiveConnectionCount > 50,000 per address, scaled to its ports'],
  ['runbook', 'AWS’s runbook after that alarm: count(*) of records, sum(bytes)'],
  ['records-75', 'flow records per minute and destination > 75 % of the ports'],
] as const;

function baselineTable(outcomes: readonly CaseOutcome[]): string[] {
  const nat = outcomes.filter(({ truth }) => truth.incidents.every(({ layer }) => layer === 'nat'));
  const freeport = summariseIncidents(incidentsOf(nat, 'delayed'), 'baseline/freeport');
  const falseAlarms = nat.reduce((sum, outcome) => sum + outcome.delayed.falsePages.length, 0);
  const rows = BASELINES.map(([name, what]) => {
    const summary = summariseBaseline(nat, name);
    return [
      what,
      short(summary.detected),
      short(summary.early),
      minutesText(summary.medianLead),
      short(summary.destination),
      short(summary.source),
      String(summary.falseAlarms),
    ];
  });
  return [
    '## What people do today, on the same NAT worlds with the same delays',
    '',
    ...table(
      [
        'who',
        'incidents noticed',
        'before the first failure',
        'median lead, min',
        'destination named',
        'source named',
        'false alarms',
      ],
      [
        [
          'Freeport',
          short(freeport.found),
          short(freeport.lead.early),
          minutesText(freeport.lead.median?.median),
          short(freeport.destination),
          short(freeport.source),
          String(falseAlarms),
        ],
        ...rows,
      ],
    ),
  ];
}

function recordedTable(recorded: readonly RecordedOutcome[]): string[] {
  const yes = (right: boolean): string => (right ? 'yes' : 'no');
  return [
    '## Recorded incidents',
    '',
    ...table(
      [
        'recording',
        'flow log',
        'found',
        'destination',
        'source',
        'cause',
        'first sign after first failure, min',
        'other findings',
      ],
      recorded.map((each) => [
        each.name,
        each.format,
        yes(each.found),
        yes(each.destinationRight),
        yes(each.sourceRight),
        `${yes(each.causeRight)} (${each.saidCause ?? '–'})`,
        minutesText(each.firstSeenAfterFailureMinutes),
        each.others.join(', ') || '–',
      ]),
    ),
  ];
}

function missed(outcomes: readonly CaseOutcome[]): string[] {
  const lines = outcomes.flatMap((outcome) => {
    const failures = failuresOf(outcome);
    return failures.length === 0 ? [] : [`- \`${reproduction(outcome.case)}\`: ${failures.join('; ')}`];
  });
  return ['## What is missed', '', ...(lines.length === 0 ? ['Nothing.'] : lines.sort()), ''];
}

/** What went wrong in one world, in words; leads only where the ramp left time for one. */
export function failuresOf(outcome: CaseOutcome): string[] {
  const found = new Set<string>();
  for (const mode of MODES) {
    for (const incident of outcome[mode].incidents) {
      const ramp = incident.rampMinutes ?? 0;
      const late =
        (incident.leadMinutes ?? -1) <= 0 && (mode === 'prompt' ? ramp >= SHORT_RAMP_MINUTES : ramp >= RAMP_MINUTES);
      if (!incident.found) found.add(`${mode}: not found (${incident.finalKind ?? 'no finding'})`);
      if (incident.openedEarly) found.add(`${mode}: a finding before the onset`);
      if (!incident.openedEarly && incident.datedEarlyMinutes > 0)
        found.add(`${mode}: dated ${incident.datedEarlyMinutes.toFixed(0)} min before the onset`);
      if (late && incident.rampMinutes !== null)
        found.add(
          `${mode}: no lead (${minutesText(incident.leadMinutes)} min of a ramp of ${ramp.toFixed(0)}; oracle ${minutesText(incident.oracleLeadMinutes)})`,
        );
      if (incident.destinationRight === false) found.add(`${mode}: destination ${incident.saidDestination ?? 'none'}`);
      if (incident.sourceRight === false) found.add(`${mode}: source ${incident.saidSource ?? 'none'}`);
      if (incident.layerRight === false && incident.finalKind !== null) found.add(`${mode}: wrong layer`);
      if (incident.causeRight === false && incident.finalKind !== null)
        found.add(`${mode}: cause ${incident.saidCause}`);
    }
    for (const page of outcome[mode].falsePages) found.add(`${mode}: false page: ${page}`);
    for (const finding of outcome[mode].falseFindings) found.add(`${mode}: false finding: ${finding}`);
    if (outcome.truth.verdict === 'look-alike' && !rejected(outcome, mode).reasoned)
      found.add(
        `${mode}: ruled out ${outcome[mode].ruledOut.join(', ') || 'nothing'} instead of ${outcome.truth.ruledOut.join(' or ')}`,
      );
  }
  return [...found];
}
