import { canTell, type Evidence } from './case.ts';
import { short, ranged, table } from './markdown.ts';
import type { CaseOutcome } from './play-case.ts';
import { shareOf } from './statistics.ts';
import { incidentsOf, precisionOf, rejected, summariseIncidents } from './summary.ts';

/** The same worlds, with a fifth of the records lost and a fifth of the objects twice. */
export function damageTable(intact: readonly CaseOutcome[], damaged: readonly CaseOutcome[]): string[] {
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
          ranged(summary.found),
          ranged(precisionOf(worlds, 'delayed')),
          ranged(summary.lead.early),
          ranged(summary.destination),
          ranged(summary.source),
          ranged(summary.layer),
          ranged(summary.cause),
          ranged(shareOf(others.filter((each) => rejected(each, 'delayed').quiet).length, others.length)),
        ];
      }),
    ),
  ];
}

const LESSER: readonly (readonly [Evidence, string])[] = [
  ['usual', 'everything, by the minute'],
  ['ten-minutes', 'everything, flow logs by ten minutes (AWS’s default)'],
  ['flows', 'flow logs and inventory alone'],
  ['metrics', 'metrics and inventory alone'],
  ['logs', 'application logs and inventory alone'],
];

/** The same worlds with less to go on. An incident counts where evidence of this kind can tell of its layer at all. */
export function evidenceTable(outcomes: readonly CaseOutcome[]): string[] {
  const intact = outcomes.filter((each) => each.case.damage === 'none');
  const retold = new Set(intact.filter((each) => each.case.evidence !== 'usual').map((each) => each.case.scenario));
  const rows = LESSER.map(([evidence, name]) => {
    const worlds = intact.filter(
      (each) => each.case.evidence === evidence && each.case.seed === 1 && retold.has(each.case.scenario),
    );
    const told = worlds.filter(({ truth }) => truth.incidents.some(({ layer }) => canTell(evidence, layer)));
    const summary = summariseIncidents(incidentsOf(told, 'delayed'), `evidence/${evidence}`);
    const hasFlows = evidence !== 'metrics' && evidence !== 'logs';
    return [
      name,
      String(worlds.length),
      ranged(summary.found),
      ranged(precisionOf(worlds, 'delayed')),
      ranged(summary.lead.early),
      hasFlows ? ranged(summary.destination) : 'not in it',
      hasFlows ? ranged(summary.source) : 'not in it',
      ranged(summary.layer),
      String(worlds.reduce((sum, { delayed }) => sum + delayed.falsePages.length, 0)),
      short(
        shareOf(
          worlds.filter((each) => each.truth.incidents.length === 0 && rejected(each, 'delayed').quiet).length,
          worlds.filter((each) => each.truth.incidents.length === 0).length,
        ),
      ),
    ];
  });
  const header = [
    'what there is to read',
    'n',
    'recall of what it can tell',
    'precision',
    'lead > 0 (delayed)',
    'destination',
    'source',
    'layer',
    'false pages',
    'look-alikes: nothing raised',
  ];
  return ['## Less evidence', '', ...table(header, rows)];
}
