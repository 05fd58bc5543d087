import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableLine, readableText } from '../../console/logic/readable-text.ts';

const shown = (text: string) => readableText(text, 1_000).text;

describe('readableText', () => {
  it('leaves plain text of any script alone', () => {
    for (const text of ['connect ETIMEDOUT 198.51.100.7:443', 'عربي', '漢字 かな', 'é à ñ', '👩🏽', 'a\n\tb'])
      expect(shown(text)).toBe(text);
  });

  it('drops terminal sequences and shows other controls as their pictures', () => {
    expect(shown('\u001B[31;1mred\u001B[0m \u001B]0;title\u0007x \u001BMy')).toBe('red x y');
    expect(shown('a\u0000b\u0008c\u007Fd\u009Be')).toBe('a␀b␈c␡d␦e');
    expect(shown('a\r\nb\rc')).toBe('a\nb\nc');
  });

  it('names marks that would turn or hide text', () => {
    expect(shown('\u202Egnp.exe\u202C')).toBe('⟨U+202E⟩gnp.exe⟨U+202C⟩');
    expect(shown('a\u200Bb\uFEFFc\u{E0041}')).toBe('a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+E0041⟩');
  });

  it('keeps at most three marks on a letter, and no half of a character', () => {
    expect(shown(`z${'\u0334'.repeat(500)}a`)).toBe('z\u0334\u0334\u0334a');
    expect(shown('half \uD83D')).toBe('half \uFFFD');
    expect(readableText('ab😀', 3).text).toBe('ab');
  });

  it('says how much it left out', () => {
    expect(readableText('a'.repeat(100_000), 300)).toEqual({ text: 'a'.repeat(300), omitted: 99_700 });
    expect(readableText('short', 300)).toEqual({ text: 'short', omitted: 0 });
  });

  it('never shows a control, a direction mark or more than was allowed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 200 }), (text, limit) => {
        const { text: safe, omitted } = readableText(text, limit);
        expect(safe.length).toBeLessThanOrEqual(limit);
        expect(omitted).toBeGreaterThanOrEqual(0);
        expect(safe.isWellFormed()).toBe(true);
        // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(safe).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069]/);
      }),
    );
  });
});

it('puts a line on one line, with an end', () => {
  expect(readableLine('a\n\n  b\tc')).toBe('a b c');
  expect(readableLine('a'.repeat(400))).toBe(`${'a'.repeat(300)}…`);
});
