import { isOver } from '../finding/apply-action.ts';
import type { Analysis, RuledOut } from '../finding/schema.ts';
import { renderBackTest } from './back-test-section.ts';
import { renderFinding } from './finding-section.ts';
import { renderEvaluations, renderInputs } from './inputs-section.ts';
import { counted, facts, NARROWEST, styled, thousands, wrap } from './layout.ts';
import type { ReportOptions } from './layout.ts';

const FINDINGS_LIMIT = 50;
const RULED_OUT_LIMIT = 10;

/** The report for a terminal: findings first, then what was ruled out, then what was read. Times are UTC. */
export function renderReport(analysis: Analysis, given: ReportOptions): string {
  const options = { ...given, width: Math.max(given.width, NARROWEST) };
  const shown = analysis.findings.slice(0, FINDINGS_LIMIT);
  const more = analysis.findings.length - shown.length;
  const sections = [
    wrap(summaryOf(analysis), options.width).map((line) => styled(line, 'bold', options)),
    ...shown.map((finding) => renderFinding(finding, options)),
    more > 0 ? [`${thousands(more)} more findings: use --format json`] : [],
    analysis.backTest === undefined ? [] : renderBackTest(analysis.backTest, options),
    facts('ruled out', analysis.ruledOut.slice(0, RULED_OUT_LIMIT).map(ruledOutLine), options),
    analysis.findings.length === 0 ? renderEvaluations(analysis.evaluations, options) : [],
    renderInputs(analysis, options),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The answer in one sentence; with nothing to go on it says so, and never that all is well. */
export function summaryOf({ findings, inputs, evaluations }: Analysis): string {
  const files = inputs.reduce((total, input) => total + input.files, 0);
  const records = inputs.reduce((total, { source, read }) => total + (source === 'inventory' ? 0 : read), 0);
  if (findings.length > 0) {
    const open = findings.filter((finding) => !isOver(finding)).length;
    const over = findings.length - open;
    const found = counted(findings.length, 'finding');
    return over === 0 ? `${found}.` : `${found}, ${over === findings.length ? 'none of them open' : `${open} open`}.`;
  }
  if (files === 0) return 'Nothing to analyse: there are no files.';
  if (records === 0) return `Nothing to analyse: ${fileCount(files)} read, without a record that Freeport can use.`;
  const looked = evaluations.some(({ outcome }) => outcome !== 'insufficient-data');
  if (evaluations.length > 0 && !looked) return 'No findings, but too little to go on: see what is missing below.';
  return `No findings in ${counted(records, 'record')}.`;
}

const fileCount = (files: number): string => (files === 1 ? '1 file was' : `${thousands(files)} files were`);

const ruledOutLine = ({ kind, subject, reason }: RuledOut): string => `${kind} on ${subject}: ${reason}`;
