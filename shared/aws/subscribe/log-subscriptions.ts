import {
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  LimitExceededException,
  ListTagsForResourceCommand,
  PutSubscriptionFilterCommand,
  ResourceNotFoundException,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';

export type LogGroup = {
  readonly name: string;
  readonly arn: string;
  /** Only groups of the standard class do. */
  readonly takesFilters: boolean;
};
export type SubscriptionFilter = { readonly name: string; readonly pattern: string; readonly destinationArn: string };

/** Thrown when a group has as many filters as it can have. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** CloudWatch Logs as keeping groups subscribed needs it. What vanishes meanwhile is no error. */
export type LogSubscriptions = {
  groups(prefix: string | null): Promise<readonly LogGroup[]>;
  hasTag(group: LogGroup, key: string, value: string): Promise<boolean>;
  filters(groupName: string): Promise<readonly SubscriptionFilter[]>;
  put(groupName: string, filter: SubscriptionFilter): Promise<void>;
  remove(groupName: string, filterName: string): Promise<void>;
};

/** 50 groups a page: 10,000 groups. */
const PAGES_LIMIT = 200;

export function createLogSubscriptions(logs: CloudWatchLogsClient): LogSubscriptions {
  return {
    async groups(prefix) {
      const found: LogGroup[] = [];
      let nextToken: string | undefined;
      for (let page = 0; page < PAGES_LIMIT; page += 1) {
        const input = { nextToken, ...(prefix ? { logGroupNamePrefix: prefix } : {}) };
        const answer = await logs.send(new DescribeLogGroupsCommand(input));
        for (const { logGroupName: name, arn, logGroupClass = 'STANDARD' } of answer.logGroups ?? [])
          if (name && arn)
            found.push({ name, arn: arn.replace(/:\*$/, ''), takesFilters: logGroupClass === 'STANDARD' });
        nextToken = answer.nextToken;
        if (nextToken === undefined) return found;
      }
      throw new Error(`DescribeLogGroups did not end after ${PAGES_LIMIT} pages`);
    },
    async hasTag({ arn }, key, value) {
      const answer = await unlessGone(() => logs.send(new ListTagsForResourceCommand({ resourceArn: arn })));
      return answer?.tags?.[key] === value;
    },
    async filters(logGroupName) {
      const answer = await unlessGone(() => logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName })));
      return (answer?.subscriptionFilters ?? []).map(({ filterName, filterPattern, destinationArn }) => ({
        name: filterName ?? '',
        pattern: filterPattern ?? '',
        destinationArn: destinationArn ?? '',
      }));
    },
    async put(logGroupName, { name, pattern, destinationArn }) {
      const input = { logGroupName, filterName: name, filterPattern: pattern, destinationArn };
      try {
        await unlessGone(() => logs.send(new PutSubscriptionFilterCommand(input)));
      } catch (error) {
        throw error instanceof LimitExceededException ? new NoRoom(error.message, { cause: error }) : error;
      }
    },
    async remove(logGroupName, filterName) {
      await unlessGone(() => logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName })));
    },
  };
}

async function unlessGone<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}
