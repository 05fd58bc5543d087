import type { Log } from '../../shared/aws/log.ts';
import { readScheduledTime } from '../../shared/aws/scheduled-event.ts';
import type { Clock } from '../../shared/ports.ts';
import { runAnalysis, type RunAnalysisServices } from '../../shared/run-analysis.ts';

export type Services = RunAnalysisServices & { readonly log: Log };

export type AnalyzeResponse = { readonly findings: number; readonly open: number; readonly evaluations: number };

/** One analysis of everything the deployment knows, at the instant that the event names. */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<AnalyzeResponse> => {
    const scheduledMs = readScheduledTime(event);
    const clock: Clock = scheduledMs === null ? services.clock : { nowMs: () => scheduledMs };
    const { findings, evaluations } = await runAnalysis({ ...services, clock });
    const open = findings.filter(({ status }) => status === 'open').length;
    const response = { findings: findings.length, open, evaluations: evaluations.length };
    services.log.info('analysed', response);
    return response;
  };
}
