import type { Context } from 'hono';
import type { LogGroupStates } from '../core/finding/log-group-health.ts';
import type { Clock, FindingStore } from '../ports.ts';
import type { SummaryStore } from './summary-store.ts';

/** What the query API needs of where it runs: a Lambda, or this machine. */
export type ApiOptions = {
  readonly findings: FindingStore;
  /** Without it the answers about headroom and signals are those of before the first analysis. */
  readonly summaries?: Pick<SummaryStore, 'get'>;
  /** Which log groups are listened to, where Freeport keeps them subscribed. */
  readonly logGroups?: { get(): Promise<LogGroupStates | null> };
  readonly clock: Clock;
  /** Who makes the request, for the record of what people did; from the environment, never from the request's body. */
  readonly callerOf: (context: Context) => string;
  /** Called with what went wrong behind a 500, which says nothing of it to the client. */
  readonly onFailure?: (error: unknown) => void;
};
