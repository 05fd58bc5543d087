import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, settingsSchema } from '../../../shared/core/model/settings.ts';

const problems = (thresholds: object): string[] => {
  const parsed = settingsSchema.safeParse({ thresholds });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('thresholds', () => {
  it('keep their defaults where nothing is said', () => {
    expect(settingsSchema.parse({ thresholds: {} })).toEqual(DEFAULT_SETTINGS);
    expect(settingsSchema.parse({ thresholds: { critical: 0.8 } }).thresholds).toEqual({
      warning: 0.75,
      critical: 0.8,
      clearBelowBy: 0.1,
    });
  });

  it('may be equal: what warns is critical at once', () => {
    expect(problems({ warning: 0.9, critical: 0.9 })).toEqual([]);
  });

  it('must be in order, against the defaults of those not given too', () => {
    expect(problems({ warning: 0.9, critical: 0.8 })).toEqual([
      'thresholds: warning (0.9) must not be above critical (0.8)',
    ]);
    expect(problems({ warning: 0.95 })).toEqual(['thresholds: warning (0.95) must not be above critical (0.9)']);
  });

  it('must leave a line below which a finding clears', () => {
    expect(problems({ warning: 0.1, clearBelowBy: 0.1 })).toEqual([
      'thresholds: clearBelowBy (0.1) must be below warning (0.1), or nothing ever clears',
    ]);
    expect(problems({ warning: 0.11, clearBelowBy: 0.1 })).toEqual([]);
  });

  it('are shares, of more than nothing', () => {
    for (const warning of [0, 1.1, -1, Number.NaN]) expect(problems({ warning })).not.toEqual([]);
  });
});
