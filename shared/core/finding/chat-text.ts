import { plainLine } from './plain-text.ts';

/**
 * Text for Slack's markup. Its three control characters are escaped, so that no text of a log can mention a channel or
 * hide a link; backticks are replaced, so that it cannot leave a code span either.
 */
export const chatText = (text: string, limit = 500): string =>
  escapeMarkup(plainLine(text, limit).replaceAll('`', '\u02CB'));

const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
