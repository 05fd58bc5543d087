import { minutesText, ranged, table } from './markdown.ts';
import type { CaseOutcome } from './play-case.ts';
import type { RecordedOutcome } from './recorded-incidents.ts';
import { incidentsOf, summariseBaseline, summariseIncidents } from './summary.ts';

const BASELINES = [
  ['allocation-errors', 'ErrorPortAllocation > 0'],
  ['active-connections', 'ActiveConnectionCount > 50,000 per address, scaled to its ports'],
  ['runbook', 'AWS’s runbook after that alarm: count(*) of records, sum(bytes)'],
  ['records-75', 'flow records per minute and destination > 75 % of the ports'],
] as const;

export function baselineTable(outcomes: readonly CaseOutcome[]): string[] {
  const nat = outcomes.filter(({ truth }) => truth.incidents.every(({ layer }) => layer === 'nat'));
  const freeport = summariseIncidents(incidentsOf(nat, 'delayed'), 'baseline/freeport');
  const falseAlarms = nat.reduce((sum, outcome) => sum + outcome.delayed.falsePages.length, 0);
  const rows = BASELINES.map(([name, what]) => {
    const summary = summariseBaseline(nat, name);
    return [
      what,
      ranged(summary.detected),
      ranged(summary.early),
      minutesText(summary.medianLead),
      ranged(summary.destination),
      ranged(summary.source),
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
          ranged(freeport.found),
          ranged(freeport.lead.early),
          minutesText(freeport.lead.median?.median),
          ranged(freeport.destination),
          ranged(freeport.source),
          String(falseAlarms),
        ],
        ...rows,
      ],
    ),
  ];
}

export function recordedTable(recorded: readonly RecordedOutcome[]): string[] {
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
