import type { Analysis, AnalysisInput, EvaluationSummary } from '../finding/schema.ts';
import { counted, fact, facts, thousands, utc } from './layout.ts';
import type { ReportOptions } from './layout.ts';

const SHOWN = 5;

/** What was read and what could not be: an answer without it cannot be trusted. */
export function renderInputs({ inputs, window }: Analysis, options: ReportOptions): string[] {
  const read = inputs.filter(({ source }) => source !== 'unrecognised');
  const unrecognised = inputs.filter(({ source }) => source === 'unrecognised');
  return [
    ...(window === null ? [] : fact('window', `${utc(window.from)} to ${utc(window.to)}`, options)),
    ...facts('read', read.map(inputLine), options),
    ...facts('rejected', bounded(read.flatMap(examplesOf)), options),
    ...facts('not read', bounded(unrecognised.flatMap(examplesOf)), options),
    ...facts('mind', bounded(inputs.flatMap(({ warnings }) => warnings)), options),
  ];
}

function inputLine({ source, files, read, rejected, skipped }: AnalysisInput): string {
  const counts = [
    `${counted(read, 'record')} in ${counted(files, 'file')}`,
    rejected > 0 ? `${thousands(rejected)} rejected` : null,
    skipped > 0 ? `${thousands(skipped)} skipped` : null,
  ].filter((count) => count !== null);
  return `${source.replace('-', ' ')}: ${counts.join(', ')}`;
}

const examplesOf = ({ rejectedExamples, rejected }: AnalysisInput): string[] => {
  const lines = rejectedExamples.map(({ file, line, reason }) => `${file}${line > 0 ? `:${line}` : ''}: ${reason}`);
  const hidden = rejected - lines.length;
  return hidden > 0 ? [...lines, `and ${thousands(hidden)} more`] : lines;
};

function bounded(lines: readonly string[]): string[] {
  if (lines.length <= SHOWN) return [...lines];
  return [...lines.slice(0, SHOWN), `and ${thousands(lines.length - SHOWN)} more`];
}

/** What Freeport looked at without finding anything, and what it could not look at. */
export function renderEvaluations(evaluations: readonly EvaluationSummary[], options: ReportOptions): string[] {
  const quiet = evaluations.filter(({ outcome }) => outcome === 'quiet');
  const blind = evaluations.filter(({ outcome }) => outcome === 'insufficient-data');
  const line = ({ detector, subject, reason }: EvaluationSummary): string =>
    `${detector} on ${subject}${reason === '' ? '' : `: ${reason}`}`;
  return [
    ...facts('quiet', bounded(quiet.map(line)), options),
    ...facts('cannot tell', bounded(blind.map(line)), options),
  ];
}
