import type { CalmNotification, CalmOutcome } from './play-calm.ts';
import { rateOf } from './statistics.ts';

/** What the calm weeks came to, as it is kept next to the scoreboard. */
export type CalmFigures = {
  readonly natWeeks: number;
  readonly looks: number;
  readonly byKind: readonly { readonly kind: string; readonly severity: string; readonly sent: number }[];
  readonly examples: readonly string[];
};

const EXAMPLES = 12;

export function calmFigures(outcomes: readonly CalmOutcome[]): CalmFigures {
  const all = outcomes.flatMap(({ case: { seed }, sent }) => sent.map((each) => ({ seed, ...each })));
  const groups = Map.groupBy(all, ({ kind, severity }) => `${kind}|${severity}`);
  return {
    natWeeks: outcomes.reduce((sum, { natWeeks }) => sum + natWeeks, 0),
    looks: outcomes.reduce((sum, { looks }) => sum + looks, 0),
    byKind: [...groups]
      .map(([key, of]) => ({ kind: key.split('|')[0] ?? '', severity: key.split('|')[1] ?? '', sent: of.length }))
      .sort((a, b) => (a.kind + a.severity < b.kind + b.severity ? -1 : 1)),
    examples: [...groups.values()]
      .flatMap((of) => of.slice(0, 3))
      .slice(0, EXAMPLES)
      .map(({ seed, ...each }) => `calm-fleet#${seed}: ${describe(each)}`),
  };
}

const describe = ({ at, transition, kind, severity, title }: CalmNotification): string =>
  `${at.slice(0, 16)}Z ${kind} ${transition} (${severity}): ${title}`;

/** Whom it wakes, or would: warnings and worse. */
export const isPageSeverity = (severity: string): boolean =>
  severity === 'critical' || severity === 'high' || severity === 'medium';

export const pagesOf = ({ byKind }: CalmFigures): number =>
  byKind.filter(({ severity }) => isPageSeverity(severity)).reduce((sum, { sent }) => sum + sent, 0);

/** Per NAT-week with the exact Poisson interval. */
export function rateText(events: number, natWeeks: number): string {
  const { rate, low, high } = rateOf(events, natWeeks);
  return `${rate.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

export function calmSection(figures: CalmFigures | null): string[] {
  if (figures === null) return ['## Calm weeks', '', 'Not run: `npm run eval -- --calm`.', ''];
  const { natWeeks, looks, byKind, examples } = figures;
  const line = (what: string, sent: number): string => `| ${what} | ${sent} | ${rateText(sent, natWeeks)} |`;
  const sum = (wanted: (severity: string) => boolean): number =>
    byKind.filter(({ severity }) => wanted(severity)).reduce((total, { sent }) => total + sent, 0);
  return [
    '## Calm weeks',
    '',
    `Made by \`npm run eval -- --calm\`: ${natWeeks.toFixed(0)} NAT-weeks in which nothing is wrong, five gateways to a world, each`,
    `read with drawn delays and run through the deployed analysis with its horizon, its store and its outbox (${looks} runs).`,
    'Counted is what was sent: everything that opened, re-opened or escalated and that nothing true explains. A page is a',
    'warning (medium) or worse.',
    '',
    '| sent without a reason | times | per NAT-week |',
    '| --- | --- | --- |',
    line('**pages**', sum(isPageSeverity)),
    line(
      'of these high or critical',
      sum((severity) => severity === 'high' || severity === 'critical'),
    ),
    line(
      'below a warning',
      sum((severity) => !isPageSeverity(severity)),
    ),
    ...byKind.map(({ kind, severity, sent }) => line(`${kind}, ${severity}`, sent)),
    '',
    ...examples.map((example) => `- ${example}`),
    ...(examples.length > 0 ? [''] : []),
  ];
}
