import type { Finding } from '../client/api-client.ts';

export type Severity = Finding['severity'];

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'informational'];

/** A shape beside the word, so that nothing is said by colour alone. */
export const SEVERITY_SHAPES: Readonly<Record<Severity, string>> = {
  critical: '◆',
  high: '▲',
  medium: '●',
  low: '○',
  informational: '·',
};

/** The worst first, then the newest. */
export const byUrgency = (a: Finding, b: Finding): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt);

export const isOver = ({ status }: Finding): boolean => status === 'resolved' || status === 'withdrawn';
