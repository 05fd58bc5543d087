import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSample } from '../../../shared/core/app-log/redact.ts';
import { SAMPLE_TEXT_LIMIT } from '../../../shared/core/model/observation.ts';

describe('redactSample', () => {
  it.each([
    ['GET https://example.com/a?token=abc&user=7 failed', 'GET https://example.com/a?[query] failed'],
    ['postgres://app:hunter2@db:5432/app', 'postgres://[user]@db:5432/app'],
    ['mail from jo.doe+x@example.co.uk bounced', 'mail from [e-mail] bounced'],
    ['Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc', 'Authorization: [redacted]'],
    ['{"authorization":"Bearer abcdef123456","msg":"x"}', '{"authorization":"[redacted]","msg":"x"}'],
    ['{"password":"hunter2","msg":"x"}', '{"password":"[redacted]","msg":"x"}'],
    ['api_key=0123456789abcdef failed', 'api_key=[redacted] failed'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'key [key] used'],
    ['Cookie: session=abc; theme=dark', 'Cookie: [redacted]'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc seen', 'jwt [token] seen'],
    ['digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'digest [hex]'],
    [
      'connect EADDRNOTAVAIL 192.0.2.7:443 - Local (0.0.0.0:0)',
      'connect EADDRNOTAVAIL 192.0.2.7:443 - Local (0.0.0.0:0)',
    ],
    ['red \u001b[31mtext\u001b[0m and \u202ereversed', 'red  [31mtext [0m and  reversed'],
  ])('%j', (text, expected) => {
    expect(redactSample(text)).toBe(expected);
  });

  it('keeps to the limit, and lets no secret survive across the cut', () => {
    const text = `${'a '.repeat(240)}password=${'s3cret'.repeat(20)}`;
    expect(redactSample(text).length).toBeLessThanOrEqual(SAMPLE_TEXT_LIMIT);
    expect(redactSample(text)).not.toContain('s3cret');
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 5_000 }), (text) => redactSample(text).length <= SAMPLE_TEXT_LIMIT));
  });
});
