import { cloudwatchClient, logsClient, s3Client } from '../../shared/aws/clients.ts';
import { createDeliveryErrors } from '../../shared/aws/subscribe/delivery-errors.ts';
import { timeoutFilterName } from '../../shared/aws/subscribe/keep-subscribed.ts';
import { createLogSubscriptions } from '../../shared/aws/subscribe/log-subscriptions.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { logGroupStoreFrom } from '../../shared/aws/store/stores-from-environment.ts';
import { systemClock } from '../../shared/aws/system-clock.ts';
import { ENVIRONMENT, requireVariable } from '../../shared/deploy/environment.ts';
import { LOG_FILTER_PATTERN, TIMEOUT_LOG_FILTER_PATTERN } from '../../shared/deploy/log-filter.ts';
import type { LogGroupChoice } from '../../shared/deploy/log-groups.ts';
import { createHandler } from './handler.ts';

const choice = JSON.parse(requireVariable(process.env, ENVIRONMENT.logGroupChoice)) as LogGroupChoice;
const filterName = requireVariable(process.env, ENVIRONMENT.logFilterName);

export const handler = createHandler({
  options: {
    subscriptions: createLogSubscriptions(logsClient()),
    choice,
    ownPrefixes: requireVariable(process.env, ENVIRONMENT.ownLogPrefixes).split(','),
    filterName,
    destinationArn: requireVariable(process.env, ENVIRONMENT.logDestination),
    patterns: { exhaustion: LOG_FILTER_PATTERN, timeouts: TIMEOUT_LOG_FILTER_PATTERN },
  },
  deliveryErrors: createDeliveryErrors({
    cloudwatch: cloudwatchClient(),
    filterNames: choice.withTimeouts.length === 0 ? [filterName] : [filterName, timeoutFilterName(filterName)],
  }),
  document: logGroupStoreFrom(process.env, { s3: s3Client() }),
  log: lambdaLog('subscribe-log-groups'),
  nowMs: () => systemClock.nowMs(),
});
