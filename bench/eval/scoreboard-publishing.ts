import { minutesText, ranged, table } from './markdown.ts';
import type { CaseOutcome } from './play-case.ts';
import type { Publishing } from './publishing.ts';
import { quantile, shareOf, type Share } from './statistics.ts';
import { incidentsOf, MODES, summariseIncidents } from './summary.ts';

const IN_TIME_SECONDS = 90;

const publishingsOf = (outcomes: readonly CaseOutcome[]): Publishing[] =>
  outcomes.flatMap(({ published }) => published);

const inTime = (published: readonly Publishing[]): Share =>
  shareOf(published.filter(({ waitSeconds }) => waitSeconds <= IN_TIME_SECONDS).length, published.length);

export const toldInTime = (outcomes: readonly CaseOutcome[]): Share => inTime(publishingsOf(outcomes));

const EVIDENCE = [
  ['app-log', 'a log payload'],
  ['metric', 'a minute of metrics'],
  ['flow-log', 'a flow-log object'],
  ['inventory', 'a changed inventory'],
  ['clock', 'nothing new: a minute became final'],
] as const;

/** From the instant at which what had arrived was enough until the notification leaves, with the functions as they are deployed. */
export function publishingTable(outcomes: readonly CaseOutcome[]): string[] {
  const all = publishingsOf(outcomes);
  const line = (name: string, of: readonly Publishing[]): string[] => {
    const waits = of.map(({ waitSeconds }) => waitSeconds);
    const seconds = (q: number): string => quantile(waits, q)?.toFixed(0) ?? '–';
    return [name, String(of.length), ranged(inTime(of)), seconds(0.5), seconds(0.9), seconds(1)];
  };
  const rows = [
    ...EVIDENCE.map(([kind, name]) =>
      line(
        name,
        all.filter(({ evidence }) => evidence === kind),
      ),
    ),
    line(
      'warnings',
      all.filter(({ stage }) => stage === 'warned'),
    ),
    line(
      'exhaustion',
      all.filter(({ stage }) => stage === 'exhausted'),
    ),
    line('all', all),
  ];
  return [
    '## From sufficient evidence to the notification',
    '',
    'With delivery delays, as deployed: ingest, polls and alarms, urgent requests, the schedule of the analysis, and delivery.',
    'The clock starts when AWS delivers the object or payload, or can answer with the metric, with which what has arrived is enough.',
    '',
    ...table(['what made it enough', 'n', `within ${IN_TIME_SECONDS} s`, 'median, s', '90 %, s', 'longest, s'], rows),
  ];
}

/** How good the times said were, and how often one was said for what never came. */
export function forecastTable(outcomes: readonly CaseOutcome[]): string[] {
  const rows = MODES.map((mode) => {
    const summary = summariseIncidents(incidentsOf(outcomes, mode), `forecasts/${mode}`);
    const empty = outcomes.filter((each) => each[mode].emptyForecasts.length > 0).length;
    const without = outcomes.filter(({ truth }) =>
      truth.incidents.every(({ firstFailureAt }) => firstFailureAt === null),
    );
    return [
      mode,
      ranged(summary.etaCoverage),
      String(summary.etaCoverage.of),
      minutesText(summary.etaErrorMinutes),
      minutesText(summary.etaWidthMinutes),
      String(empty),
      String(without.length),
    ];
  });
  const header = [
    'arrivals',
    'first failure inside the interval',
    'ramps with a forecast',
    'middle off by, min (median)',
    'interval, min (median)',
    'worlds with a forecast of what never came',
    'worlds in which nothing failed',
  ];
  return ['## Forecasts', '', ...table(header, rows)];
}
