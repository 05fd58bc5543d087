import { LeaseLost } from '../../shared/aws/store/finding-store.ts';
import type { Leases } from '../../shared/aws/store/lease.ts';
import type { Log } from '../../shared/aws/log.ts';
import { clockFrom } from '../../shared/aws/scheduled-event.ts';
import type { FindingStore } from '../../shared/ports.ts';
import { runAnalysis, type RunAnalysisServices } from '../../shared/run-analysis.ts';

export type Services = Omit<RunAnalysisServices, 'findings' | 'publisher'> & {
  readonly leases: Leases;
  /** A store that refuses to save once a later holder of the lease exists. */
  readonly findingsUnder: (fence: number) => FindingStore;
  readonly log: Log;
};

export type AnalyzeResponse = { readonly kind: 'analysed' | 'busy'; readonly findings: number; readonly open: number };

const BUSY: AnalyzeResponse = { kind: 'busy', findings: 0, open: 0 };
/** Requests that come while a run goes on are answered by one more run each time, but not for ever. */
const RUNS_LIMIT = 3;

/** One analysis of everything the deployment knows, at the instant that the event names. */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<AnalyzeResponse> => {
    const clock = clockFrom(event, services.clock);
    let response = BUSY;
    for (let run = 0; run < RUNS_LIMIT; run += 1) {
      const lease = await services.leases.acquire();
      // Whoever holds it has been told, and runs again.
      if (lease === null) return response;
      let again = false;
      try {
        response = await analyseOnce({ ...services, clock }, lease.fence);
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        services.log.warn('another analyser took over');
      } finally {
        again = await lease.release();
      }
      if (!again) break;
    }
    return response;
  };
}

async function analyseOnce(services: Services, fence: number): Promise<AnalyzeResponse> {
  const { findings, evaluations, summary } = await runAnalysis({
    ...services,
    findings: services.findingsUnder(fence),
    publisher: null,
  });
  const open = findings.filter(({ status }) => status === 'open').length;
  services.log.info('analysed', { findings: findings.length, open, evaluations: evaluations.length });
  services.log.count({ SignalsMissing: summary.signals.filter(({ state }) => state === 'missing').length });
  return { kind: 'analysed', findings: findings.length, open };
}
