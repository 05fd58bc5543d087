import { isOver } from '../shared/core/finding/apply-action.ts';
import type { Finding } from '../shared/core/finding/schema.ts';

/** What every command but `freeport host` ends with. */
export const EXIT_NO_OPEN_FINDINGS = 0;
export const EXIT_FINDINGS = 1;
export const EXIT_RUN_FAILED = 2;

/** Suppressed findings are quiet until their time; acknowledged ones still burn. */
export const exitCodeOf = (findings: readonly Finding[]): number =>
  findings.some((finding) => !isOver(finding) && finding.status !== 'suppressed')
    ? EXIT_FINDINGS
    : EXIT_NO_OPEN_FINDINGS;

/** What `freeport host` ends with: the codes of monitoring plug-ins, so that cron and Nagios-like checks understand them. */
export const HOST_EXIT = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;
