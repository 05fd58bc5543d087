/**
 * Text from logs, names and tags is somebody else's. The page only ever sets it as text, never as markup; this makes it
 * harmless to read too: no terminal colours, no characters that reorder, hide or stack, and an end.
 */

/** What is shown at first, and what is shown when all of it is asked for. */
export const SHOWN_CHARACTERS = 300;
export const SHOWN_CHARACTERS_LIMIT = 20_000;

// oxlint-disable-next-line no-control-regex -- terminal sequences begin with one
const TERMINAL_SEQUENCES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;
/** Marks that turn the direction of text, and characters without a width. */
const INVISIBLE = /[\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;
// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;
/** More than three marks on one letter climb over the lines around it. */
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

export type ReadableText = { readonly text: string; readonly omitted: number };

/** The text as it may be shown, at most `limit` characters of it, and how many were left out. */
export function readableText(text: string, limit: number): ReadableText {
  // Four times the limit is read, so that a text of marks alone costs no more than one of letters.
  const cleaned = text
    .slice(0, limit * 4)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(TERMINAL_SEQUENCES, '')
    .replace(INVISIBLE, (mark) => `⟨U+${codeOf(mark)}⟩`)
    .replace(CONTROLS, (control) => pictureOf(control))
    .replace(STACKED_MARKS, '$1');
  const shown =
    cleaned.length <= limit
      ? cleaned
      : cleaned
          .slice(0, limit)
          .toWellFormed()
          .replace(/\uFFFD$/, '');
  return { text: shown, omitted: cleaned.length - shown.length + Math.max(0, text.length - limit * 4) };
}

/** On one line, for titles, attributes and the window's name. */
export const readableLine = (text: string, limit: number = SHOWN_CHARACTERS): string => {
  const { text: shown, omitted } = readableText(text.replace(/\s+/g, ' '), limit);
  return omitted > 0 ? `${shown}…` : shown;
};

const codeOf = (mark: string): string => (mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

/** Unicode has a picture for each of the first 32 controls and for delete. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\u2426';
}
