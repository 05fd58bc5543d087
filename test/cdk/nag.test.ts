import { describe, expect, it } from 'vitest';
import { settings as defaults } from '../../cdk/settings.ts';
import { unexplainedRules, VARIANTS } from './synth.ts';

describe('cdk-nag, AwsSolutions and Serverless', () => {
  it('has nothing to say of the stack as it ships', () => {
    expect(unexplainedRules(defaults)).toEqual([]);
  });

  it.each(Object.entries(VARIANTS))('has nothing to say of %s', (_, settings) => {
    expect(unexplainedRules(settings)).toEqual([]);
  });
});
