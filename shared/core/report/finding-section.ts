import { plainLine } from '../finding/plain-text.ts';
import type { Finding, Recommendation, Severity } from '../finding/schema.ts';
import { renderFacts } from './finding-facts.ts';
import { fact, facts, styled, utcClock, wrap } from './layout.ts';
import type { ReportOptions, Style } from './layout.ts';
import { drawPicture } from './picture.ts';

const SHOWN_EVIDENCE = 6;
const SHOWN_RECOMMENDATIONS = 5;
const SAMPLE_LIMIT = 240;

const STYLE_BY_SEVERITY: Readonly<Record<Severity, Style>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  informational: 'dim',
};

/** One finding, the answer first: where and how bad, since when, what it costs, who, what to do, why Freeport says so. */
export function renderFinding(finding: Finding, options: ReportOptions): string[] {
  const sections = [
    heading(finding, options),
    renderFacts(finding, options),
    drawPicture(finding, options),
    recommendations(finding, options),
    facts(
      'because',
      finding.evidence.slice(0, SHOWN_EVIDENCE).map((entry) => evidenceLine(entry, finding)),
      options,
    ),
    facts('not known', finding.missingEvidence, options),
    facts('log sample', finding.samples.slice(0, 1).map(sampleLine), options),
    fact('id', finding.id, options),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function heading({ severity, status, title }: Finding, options: ReportOptions): string[] {
  const mark = styled(severity.toUpperCase(), STYLE_BY_SEVERITY[severity], options);
  const state = status === 'open' ? '' : ` (${status})`;
  const lines = wrap(`${title}${state}`, options.width - severity.length - 2);
  const indent = ' '.repeat(severity.length + 2);
  return lines.map((line, index) => `${index === 0 ? `${mark}  ` : indent}${styled(line, 'bold', options)}`);
}

function recommendations({ recommendations: all }: Finding, options: ReportOptions): string[] {
  const [first, ...others] = all;
  if (!first) return [];
  return [
    ...fact('do this first', `${first.action}: ${first.detail}`, options),
    ...aside('expect', first.expectedEffect === '' ? [] : [first.expectedEffect], options),
    ...aside('needs', first.preconditions, options),
    ...aside('mind', first.sideEffects, options),
    ...facts('then', others.slice(0, SHOWN_RECOMMENDATIONS - 1).map(shortRecommendation), options),
  ];
}

const aside = (label: string, texts: readonly string[], options: ReportOptions): string[] =>
  texts.length === 0 ? [] : fact('', `${label}: ${texts.join(' ')}`, options);

const shortRecommendation = ({ action, expectedEffect }: Recommendation): string =>
  expectedEffect === '' ? action : `${action}: ${plainLine(expectedEffect, 200)}`;

function evidenceLine({ source, statement, at }: Finding['evidence'][number], { firstSeenAt }: Finding): string {
  const time = at === null ? '' : `${utcClock(at, firstSeenAt)} `;
  return `${time}${source.replace('-', ' ')}: ${statement}`;
}

const sampleLine = (sample: string): string => plainLine(sample, SAMPLE_LIMIT);
