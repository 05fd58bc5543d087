import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../shared/core/app-log/catalogue.ts';
import { classifyText } from '../../shared/core/app-log/classify.ts';
import { FILTER_PATTERN_LIMIT, NOT_CARRIED } from '../../shared/core/app-log/filter-terms.ts';
import { filterPatternSource } from '../../shared/deploy/filter-pattern-source.ts';
import { FILTER_PATTERN_FILE } from '../../shared/deploy/filter-pattern-write.ts';
import { EXHAUSTION_FILTER_PATTERN, TIMEOUT_FILTER_PATTERN } from '../../shared/deploy/filter-pattern.ts';

/** CloudWatch Logs: an event passes when it holds any of the quoted phrases, in this very case. */
function passes(pattern: string, event: string): boolean {
  return [...pattern.matchAll(/\?"([^"]*)"/g)].some(([, term = '']) => event.includes(term));
}

const signaturesOf = (verdict: string) =>
  CATALOGUE.flatMap(({ signatures }) => signatures).filter((signature) => signature.verdict === verdict);
const examples = (verdict: string): readonly string[] =>
  signaturesOf(verdict).flatMap((signature) => signature.examples);
/** EADDRINUSE alone is a server's mistake more often, and Windows events come whole: those need their other lines. */
const tracesThatALineTells = (verdict: string): readonly string[] =>
  signaturesOf(verdict)
    .filter(({ failure, id }) => failure !== 'in-use' && id !== 'tcpip-event')
    .flatMap((signature) => signature.examples.filter((text) => text.includes('\n')));

const PATTERNS = [
  ['connect-exhaustion', EXHAUSTION_FILTER_PATTERN],
  ['conntrack-full', EXHAUSTION_FILTER_PATTERN],
  ['nat-timeout-suspect', TIMEOUT_FILTER_PATTERN],
] as const;

it('is current: run node shared/deploy/filter-pattern-write.ts', () => {
  expect(readFileSync(FILTER_PATTERN_FILE, 'utf8')).toBe(filterPatternSource());
});

it('fits into what CloudWatch Logs takes', () => {
  expect(EXHAUSTION_FILTER_PATTERN.length).toBeLessThanOrEqual(FILTER_PATTERN_LIMIT);
  expect(TIMEOUT_FILTER_PATTERN.length).toBeLessThanOrEqual(FILTER_PATTERN_LIMIT);
});

describe.each(PATTERNS)('%s', (verdict, pattern) => {
  it.each(examples(verdict))('lets %j through', (text) => {
    const carried = !NOT_CARRIED.some((wording) => text.toLowerCase().includes(wording));
    expect(passes(pattern, text) || !carried).toBe(true);
  });

  it.each(tracesThatALineTells(verdict))('still judges %j by its matching line', (text) => {
    const verdicts = text
      .split('\n')
      .filter((line) => passes(pattern, line))
      .map((line) => classifyText(line).verdict);
    expect(verdicts).toContain(verdict);
  });
});

it.each(['2026-01-01 10:00:05 INFO ready', 'GET /healthz 200', 'connected to 192.0.2.7:80 in 99 ms'])(
  'keeps %j out',
  (line) => {
    expect(passes(EXHAUSTION_FILTER_PATTERN, line) || passes(TIMEOUT_FILTER_PATTERN, line)).toBe(false);
  },
);
