import type { LogGroupChoice } from '../shared/deploy/log-groups.ts';

/** What one deployment decides. Every choice is here, typed; nothing else in `cdk/` is meant to be edited. */
export type FreeportSettings = {
  readonly flowLogs: {
    /** Where flow logs arrive: a bucket of Freeport's own, or one that exists. */
    readonly bucket: FlowLogBucket;
    /** Flow logs that Freeport creates itself, one minute of aggregation, with the fields it needs. */
    readonly create: readonly FlowLogTarget[];
    readonly retentionDays: number;
    /** Flow logs that go to CloudWatch Logs instead. Their records carry no header, so the format is named here. */
    readonly logGroups: readonly FlowLogGroup[];
  };
  readonly appLogs: AppLogSettings;
  readonly notifications: {
    /** Each must confirm its subscription by the e-mail that AWS sends. */
    readonly emails: readonly string[];
    readonly chat: ChatSettings;
    /** EventBridge bus for events of findings; `default` is the account's own. */
    readonly eventBusName: string;
  };
  readonly analysis: {
    /** Fields of the analysis settings (docs/settings.schema.json) that differ from their defaults. */
    readonly overrides: Readonly<Record<string, unknown>>;
    /** How far back the observations are replayed. */
    readonly horizonMinutes: number;
  };
  readonly operations: {
    readonly logRetentionDays: number;
    readonly dashboard: boolean;
    /** Who hears of trouble with Freeport itself. */
    readonly alarmEmails: readonly string[];
    /** Where the runbook can be read; alarms link to its sections. */
    readonly runbookUrl: string;
    /** Lambda's compute past this much an hour, in dollars, is an alarm: something feeds Freeport more than expected. */
    readonly computeDollarsPerHour: number;
  };
};

export type FlowLogBucket =
  | { readonly kind: 'create' }
  | {
      readonly kind: 'import';
      readonly name: string;
      /** How the bucket says that an object has arrived. For `eventbridge` the bucket must send its events there. */
      readonly notification:
        | { readonly kind: 's3' }
        | { readonly kind: 'eventbridge' }
        | { readonly kind: 'sns'; readonly topicArn: string };
      /** The key that its objects are encrypted with, when it is a customer's own. */
      readonly keyArn?: string;
    };

export type FlowLogTarget =
  /** The network interface of a NAT gateway: the cheapest, and enough. */
  | { readonly kind: 'interface'; readonly id: string }
  | { readonly kind: 'vpc'; readonly id: string }
  | { readonly kind: 'regional-nat'; readonly id: string };

export type FlowLogGroup = { readonly logGroupName: string; readonly fields: readonly string[] };

export type AppLogSettings =
  /** Freeport keeps a subscription filter on each chosen group, new ones included. */
  | { readonly kind: 'subscriptions'; readonly groups: LogGroupChoice }
  /** One policy for every group of the account and region but the excluded ones, as CloudWatch Logs allows one. */
  | { readonly kind: 'account-policy'; readonly excludedGroupNames: readonly string[] };

export type ChatSettings =
  | { readonly kind: 'none' }
  /** Amazon Q Developer in chat applications, set up once for the workspace in its console. */
  | { readonly kind: 'amazon-q'; readonly slackWorkspaceId: string; readonly slackChannelId: string }
  /** A bot of one's own: the secret holds its token, or the address of an incoming webhook (which knows no threads). */
  | { readonly kind: 'slack'; readonly secretArn: string; readonly channel: string; readonly apiUrl?: string };

export const settings: FreeportSettings = {
  flowLogs: { bucket: { kind: 'create' }, create: [], retentionDays: 7, logGroups: [] },
  appLogs: { kind: 'subscriptions', groups: { prefixes: [], tag: null, exclude: [], withTimeouts: [] } },
  notifications: { emails: [], chat: { kind: 'none' }, eventBusName: 'default' },
  analysis: { overrides: {}, horizonMinutes: 120 },
  operations: {
    logRetentionDays: 30,
    dashboard: false,
    alarmEmails: [],
    runbookUrl: 'docs/runbook/operations.md',
    computeDollarsPerHour: 0.1,
  },
};
