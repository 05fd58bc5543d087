import { logsClient, s3Client } from '../../shared/aws/clients.ts';
import { createDocumentStore, LOG_GROUPS_KEY } from '../../shared/aws/document-store.ts';
import { createLogSubscriptions } from '../../shared/aws/log-subscriptions.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { systemClock } from '../../shared/aws/system-clock.ts';
import { ENVIRONMENT, requireVariable } from '../../shared/deploy/environment.ts';
import { LOG_FILTER_PATTERN, TIMEOUT_LOG_FILTER_PATTERN } from '../../shared/deploy/log-filter.ts';
import type { LogGroupChoice } from '../../shared/deploy/log-groups.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  options: {
    subscriptions: createLogSubscriptions(logsClient()),
    choice: JSON.parse(requireVariable(process.env, ENVIRONMENT.logGroupChoice)) as LogGroupChoice,
    ownPrefixes: requireVariable(process.env, ENVIRONMENT.ownLogPrefixes).split(','),
    filterName: requireVariable(process.env, ENVIRONMENT.logFilterName),
    destinationArn: requireVariable(process.env, ENVIRONMENT.logDestination),
    patterns: { exhaustion: LOG_FILTER_PATTERN, timeouts: TIMEOUT_LOG_FILTER_PATTERN },
  },
  document: createDocumentStore({
    s3: s3Client(),
    bucketName: requireVariable(process.env, ENVIRONMENT.storeBucket),
    key: LOG_GROUPS_KEY,
  }),
  log: lambdaLog('subscribe-log-groups'),
  nowMs: () => systemClock.nowMs(),
});
