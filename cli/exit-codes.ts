import { isOver } from '../shared/core/finding/apply-action.ts';
import type { Finding } from '../shared/core/finding/schema.ts';

/** What `freeport analyze` ends with; `freeport host` has codes of its own, as monitoring expects them. */
export const EXIT_NO_OPEN_FINDINGS = 0;
export const EXIT_FINDINGS = 1;
export const EXIT_RUN_FAILED = 2;

/** Suppressed findings are quiet until their time; acknowledged ones still burn. */
export const exitCodeOf = (findings: readonly Finding[]): number =>
  findings.some((finding) => !isOver(finding) && finding.status !== 'suppressed')
    ? EXIT_FINDINGS
    : EXIT_NO_OPEN_FINDINGS;
