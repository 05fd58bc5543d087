import type { Finding, Severity } from '../finding/schema.ts';
import { plainLine } from '../finding/plain-text.ts';
import { facts, labelled, styled, wrap } from './layout.ts';
import type { ReportOptions, Style } from './layout.ts';
import { drawPicture } from './picture.ts';
import { type Section, tellFinding } from './tell-finding.ts';

const LIMITS = { destinations: 3, sources: 5, recommendations: 5 } as const;

const STYLE_BY_SEVERITY: Readonly<Record<Severity, Style>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  informational: 'dim',
};

/** One finding for a terminal: the agreed order, with a picture of its minutes beside the numbers. */
export function renderFinding(finding: Finding, options: ReportOptions): string[] {
  const told = tellFinding(finding, LIMITS);
  const lines = (sections: readonly Section[]): string[] =>
    sections.flatMap((section) =>
      section.areLinks ? unbroken(section) : facts(section.label, section.lines, options, section.limit),
    );
  const blocks = [
    heading(finding, options),
    lines(told.facts),
    drawPicture(finding, options),
    lines(told.advice),
    ...told.reasons.map((section) => lines([section])),
    lines(told.reference),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

/** An address that is cut in two leads nowhere, however narrow the terminal. */
const unbroken = ({ label, lines }: Section): string[] =>
  lines.map((line, index) => labelled(index === 0 ? label : '', plainLine(line)));

function heading({ severity, status, title }: Finding, options: ReportOptions): string[] {
  const mark = styled(severity.toUpperCase(), STYLE_BY_SEVERITY[severity], options);
  const state = status === 'open' ? '' : ` (${status})`;
  const lines = wrap(`${title}${state}`, options.width - severity.length - 2);
  const indent = ' '.repeat(severity.length + 2);
  return lines.map((line, index) => `${index === 0 ? `${mark}  ` : indent}${styled(line, 'bold', options)}`);
}
