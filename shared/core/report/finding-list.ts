import { plainLine } from '../finding/plain-text.ts';
import type { Finding } from '../finding/schema.ts';
import { styled, utc } from './layout.ts';
import type { ReportOptions } from './layout.ts';

const COLUMNS = { id: 20, status: 13, severity: 14, lastSeen: 21 } as const;

/** One line per finding, for `freeport findings list`. */
export function renderFindingList(findings: readonly Finding[], more: boolean, options: ReportOptions): string {
  if (findings.length === 0) return 'No findings.\n';
  const heading = rowOf('ID', 'STATUS', 'SEVERITY', 'LAST SEEN', 'TITLE', options);
  const rows = findings.map(({ id, status, severity, lastSeenAt, title }) =>
    rowOf(plainLine(id, COLUMNS.id - 1), status, severity, utc(lastSeenAt), title, options),
  );
  const lines = [styled(heading, 'bold', options), ...rows, ...(more ? ['More: use --limit, or filter.'] : [])];
  return `${lines.join('\n')}\n`;
}

function rowOf(
  id: string,
  status: string,
  severity: string,
  lastSeen: string,
  title: string,
  options: ReportOptions,
): string {
  const { id: idWidth, status: statusWidth, severity: severityWidth, lastSeen: lastSeenWidth } = COLUMNS;
  const fixed =
    id.padEnd(idWidth) + status.padEnd(statusWidth) + severity.padEnd(severityWidth) + lastSeen.padEnd(lastSeenWidth);
  return `${fixed}${plainLine(title, Math.max(options.width - fixed.length, 30))}`.trimEnd();
}
