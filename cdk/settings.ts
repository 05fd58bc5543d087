/** What one deployment decides. Every choice is here, typed; nothing else in `cdk/` is meant to be edited. */
export type FreeportSettings = {
  readonly flowLogs: {
    /** Where flow logs arrive: a bucket of Freeport's own, or one that exists. */
    readonly bucket: FlowLogBucket;
    /** Flow logs that Freeport creates itself, one minute of aggregation, with the fields it needs. */
    readonly create: readonly FlowLogTarget[];
    readonly retentionDays: number;
  };
  readonly appLogs: {
    /** Log groups whose connection errors Freeport reads. */
    readonly logGroupNames: readonly string[];
  };
  readonly notifications: {
    /** Each must confirm its subscription by the e-mail that AWS sends. */
    readonly emails: readonly string[];
  };
  readonly analysis: {
    /** Fields of the analysis settings (docs/settings.md) that differ from their defaults. */
    readonly overrides: Readonly<Record<string, unknown>>;
  };
  readonly operations: { readonly logRetentionDays: number };
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

export const settings: FreeportSettings = {
  flowLogs: { bucket: { kind: 'create' }, create: [], retentionDays: 7 },
  appLogs: { logGroupNames: [] },
  notifications: { emails: [] },
  analysis: { overrides: {} },
  operations: { logRetentionDays: 30 },
};
