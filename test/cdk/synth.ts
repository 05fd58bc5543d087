import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { FreeportStack } from '../../cdk/freeport-stack.ts';
import { settings as defaults, type FlowLogBucket, type FreeportSettings } from '../../cdk/settings.ts';

export const { context: cdkContext } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, unknown>;
};

/** Every capability that can be chosen, chosen. */
export const EVERYTHING: FreeportSettings = {
  flowLogs: {
    bucket: { kind: 'create' },
    create: [
      { kind: 'interface', id: 'eni-0aaaabbbbccccdddd' },
      { kind: 'vpc', id: 'vpc-0a1b2c3d4e5f60718' },
      { kind: 'regional-nat', id: 'nat-0a1b2c3d4e5f60718' },
    ],
    retentionDays: 7,
    logGroups: [{ logGroupName: '/vpc/flow', fields: ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol'] }],
  },
  appLogs: {
    kind: 'subscriptions',
    groups: {
      prefixes: ['/ecs/'],
      tag: { key: 'freeport', value: 'on' },
      exclude: ['/ecs/noisy'],
      withTimeouts: ['/ecs/payments'],
    },
  },
  notifications: {
    emails: ['on-call@example.com'],
    chat: {
      kind: 'slack',
      secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:freeport/slack-AbCdEf',
      channel: 'C0123456789',
    },
    eventBusName: 'default',
  },
  analysis: defaults.analysis,
  operations: { ...defaults.operations, dashboard: true, alarmEmails: ['platform@example.com'] },
};

const appLogsOfAccount = { kind: 'account-policy', excludedGroupNames: ['/noisy'] } as const;
const amazonQ = { kind: 'amazon-q', slackWorkspaceId: 'T0123456789', slackChannelId: 'C0123456789' } as const;
const importedBucket = (notification: Extract<FlowLogBucket, { kind: 'import' }>['notification']) =>
  ({
    kind: 'import',
    name: 'central-flow-logs',
    notification,
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d',
  }) as const;

const withBucket = (notification: Parameters<typeof importedBucket>[0]): FreeportSettings => ({
  ...EVERYTHING,
  flowLogs: { ...defaults.flowLogs, bucket: importedBucket(notification) },
  appLogs: appLogsOfAccount,
  notifications: { ...EVERYTHING.notifications, chat: amazonQ },
});

/** Stacks that together choose everything once: what rules and linters should have looked at. */
export const VARIANTS: Readonly<Record<string, FreeportSettings>> = {
  everything: EVERYTHING,
  'bucket-by-eventbridge': withBucket({ kind: 'eventbridge' }),
  'bucket-by-sns': withBucket({ kind: 'sns', topicArn: 'arn:aws:sns:us-east-1:123456789012:flow-logs' }),
  'bucket-by-s3': withBucket({ kind: 's3' }),
};

/** Without bundling and without CloudFormation's rules, which `npm run synth` keeps: tests of the wiring need neither. */
export function templateOf(settings: FreeportSettings = defaults): Template {
  return Template.fromStack(new FreeportStack(quickApp(), 'Freeport', { settings }));
}

const quickApp = (): App =>
  new App({
    context: {
      ...cdkContext,
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:validateAgainstDefaultRules': false,
    },
    analyticsReporting: false,
  });

type ValidationReport = {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
};

/** Rules of the packs, each with its construct, that the stack neither keeps nor departs from with a reason. */
export function unexplainedRules(settings: FreeportSettings): string[] {
  const app = quickApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  new FreeportStack(app, 'Freeport', { settings });
  const { directory } = app.synth();
  // A violation fails the process at its end; here the report is what is asked for.
  process.exitCode = 0;
  const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as ValidationReport;
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    ),
  );
}
