import { describe, expect, it } from 'vitest';
import { settings as defaults } from '../../cdk/settings.ts';
import { EVERYTHING, unexplainedRules } from './synth.ts';

describe('cdk-nag, AwsSolutions and Serverless', () => {
  it('has nothing to say of the stack as it ships', () => {
    expect(unexplainedRules(defaults)).toEqual([]);
  });

  it('has nothing to say with every capability chosen', () => {
    expect(unexplainedRules(EVERYTHING)).toEqual([]);
  });

  it('has nothing to say of the alternatives', () => {
    const bucket = { kind: 'import', name: 'central-flow-logs', notification: { kind: 'eventbridge' } } as const;
    expect(
      unexplainedRules({
        ...EVERYTHING,
        flowLogs: { ...defaults.flowLogs, bucket },
        appLogs: { kind: 'account-policy', excludedGroupNames: ['/noisy'] },
        notifications: {
          ...EVERYTHING.notifications,
          chat: { kind: 'amazon-q', slackWorkspaceId: 'T0123456789', slackChannelId: 'C0123456789' },
        },
      }),
    ).toEqual([]);
  });
});
