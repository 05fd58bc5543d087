import { LINE_LIMIT, type Section } from '../report/tell-finding.ts';
import { plainLine } from '../finding/plain-text.ts';

/**
 * Text for Slack's markup. Its three control characters are escaped, so that no text of a log can mention a channel or
 * hide a link; backticks are replaced, so that it cannot leave a code span either.
 */
export const chatText = (text: string, limit = 500): string =>
  escapeMarkup(plainLine(text, limit).replaceAll('`', '\u02CB'));

/** Sections as lines of markup: the label in bold, then its texts; `linked` makes a link of an address of Freeport's own. */
export const chatSections = (
  sections: readonly Section[],
  linked: (address: string) => string = (address) => address,
): string[] =>
  sections.flatMap(({ label, lines, areLinks, limit = LINE_LIMIT }) =>
    lines.map((line, index) => {
      const text = areLinks && line.startsWith('https://') ? linked(chatText(line)) : chatText(line, limit);
      return index === 0 ? `*${capitalised(label)}*  ${text}` : `      ${text}`;
    }),
  );

/** As many whole lines as fit: a cut inside a line could leave half an escape behind. */
export function linesWithin(lines: readonly string[], limit: number): string {
  let length = 0;
  const fitting = lines.filter((line) => (length += line.length + 1) <= limit);
  return fitting.join('\n');
}

const capitalised = (label: string): string => `${label.charAt(0).toUpperCase()}${label.slice(1)}`;

const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
