import type { Analysis, Finding } from '../shared/core/finding/schema.ts';
import { renderReport } from '../shared/core/report/render-report.ts';

export const FORMATS = ['table', 'json', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

const DEFAULT_WIDTH = 100;
const WIDEST = 120;

/** Wide enough to read and no wider; files and pipes get a fixed width, so that their text does not depend on the terminal. */
export const reportOptions = (stream: NodeJS.WriteStream): { width: number; colour: boolean } => ({
  width: Math.min(stream.isTTY ? stream.columns || DEFAULT_WIDTH : DEFAULT_WIDTH, WIDEST),
  colour: stream.isTTY && !process.env['NO_COLOR'],
});

/** What goes to standard output: the report, the analysis as one document, or one finding per line. */
export function textOf(analysis: Analysis, format: Format, stream: NodeJS.WriteStream): string {
  switch (format) {
    case 'table':
      return renderReport(analysis, reportOptions(stream));
    case 'json':
      return `${JSON.stringify(analysis, null, 2)}\n`;
    case 'ndjson':
      return linesOf(analysis.findings);
  }
}

export const linesOf = (findings: readonly Finding[]): string =>
  findings.map((finding) => `${JSON.stringify(finding)}\n`).join('');
