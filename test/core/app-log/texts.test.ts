import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ordinaryLine } from '../../../bench/signatures/ordinary-lines.ts';
import { createRandom } from '../../../bench/signatures/random.ts';
import { classifyText } from '../../../shared/core/app-log/classify.ts';
import { CERTAIN } from '../../../shared/core/app-log/signature.ts';

type Row = { readonly text: string; readonly label: string; readonly runtime: string | null; readonly dest?: string };

const rowsOf = (url: URL): readonly Row[] =>
  readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

const OWN = rowsOf(new URL('../../fixtures/app-log/texts.jsonl', import.meta.url));
const labelled = (label: string): readonly string[] => OWN.filter((row) => row.label === label).map(({ text }) => text);
const verdictOf = (text: string): string => classifyText(text).verdict;

describe('texts of many programs', () => {
  it.each(labelled('connect-exhaustion'))('knows exhaustion in %j', (text) => {
    expect(verdictOf(text)).toBe('connect-exhaustion');
  });

  it.each([...labelled('bind-misconfig'), ...labelled('other-network'), ...labelled('benign')])(
    'sees no exhaustion in %j',
    (text) => {
      expect(verdictOf(text)).not.toBe('connect-exhaustion');
    },
  );

  it.each(labelled('bind-misconfig'))('knows the mistake of a server in %j', (text) => {
    expect(verdictOf(text)).toBe('bind-misconfig');
  });

  it.each(labelled('connect-misconfig'))('is not certain of %j', (text) => {
    expect(verdictOf(text)).toBe('connect-misconfig');
    expect(classifyText(text).certainty).toBeLessThan(CERTAIN);
  });

  it.each(labelled('conntrack-full'))('knows a full connection table in %j', (text) => {
    expect(verdictOf(text)).toBe('conntrack-full');
  });

  it.each(OWN.flatMap(({ text, dest }) => (dest === undefined ? [] : [[dest, text] as const])))(
    'finds the destination %s in %j',
    (dest, text) => {
      const found = classifyText(text).destination;
      const host = found?.host.includes(':') ? `[${found.host}]` : found?.host;
      expect(found?.port === null ? host : `${host}:${found?.port}`).toBe(dest);
    },
  );
});

it('sees no exhaustion in ordinary lines', () => {
  const random = createRandom(5);
  const lines = Array.from({ length: 4_000 }, (_, at) => ordinaryLine(random, 1_767_261_605_000 + at * 977));
  expect(lines.filter((line) => verdictOf(line) === 'connect-exhaustion')).toEqual([]);
});

const PUBLIC = new URL('../../../../shared/corpus/applog.jsonl', import.meta.url);

describe.skipIf(!existsSync(PUBLIC))(
  'public log lines (left out where ../shared/corpus is not beside the project)',
  () => {
    const rows = existsSync(PUBLIC) ? rowsOf(PUBLIC) : [];
    const exhausted = rows.filter(({ label }) => label === 'connect-exhaustion');
    const caught = exhausted.filter(({ text }) => verdictOf(text) === 'connect-exhaustion').length;

    it('finds 97 % of the exhaustion', () => {
      expect(caught).toBeGreaterThanOrEqual(0.97 * exhausted.length);
    });

    it('is right in 98 % of what it calls exhaustion', () => {
      const others = rows.filter(({ label }) => !['connect-exhaustion', 'connect-misconfig'].includes(label));
      const alarms = others.filter(({ text }) => verdictOf(text) === 'connect-exhaustion').length;
      expect(caught / (caught + alarms)).toBeGreaterThanOrEqual(0.98);
    });

    it('is certain of no mistake of connecting', () => {
      const mistakes = rows.filter(({ label }) => label === 'connect-misconfig');
      expect(mistakes.filter(({ text }) => classifyText(text).certainty >= CERTAIN)).toEqual([]);
    });
  },
);
