import { plainLine } from '../finding/plain-text.ts';

export type ReportOptions = {
  /** Columns; texts are wrapped to it. */
  readonly width: number;
  /** ANSI colours, for terminals. */
  readonly colour: boolean;
};

export const NARROWEST = 40;
export const LABEL_WIDTH = 16;
/** Longer than most sentences of Freeport's own; a log's text may try to fill the screen. */
const TEXT_LIMIT = 600;
const INDENT = '  ';
const HANGING = '  ';

/**
 * One labelled fact, its further lines set in below its text. Text from logs is made harmless here, once: nothing
 * reaches the terminal but through `wrap`.
 */
export function fact(label: string, text: string, { width }: ReportOptions, limit = TEXT_LIMIT): string[] {
  const room = Math.max(width, NARROWEST) - INDENT.length - LABEL_WIDTH - HANGING.length;
  return wrap(text, room, limit).map((line, index) =>
    index === 0 ? labelled(label, line) : labelled('', `${HANGING}${line}`),
  );
}

export const labelled = (label: string, text: string): string =>
  `${INDENT}${label.padEnd(LABEL_WIDTH)}${text}`.trimEnd();

/** Several texts below one label. */
export const facts = (label: string, texts: readonly string[], options: ReportOptions, limit = TEXT_LIMIT): string[] =>
  texts.flatMap((text, index) => fact(index === 0 ? label : '', text, options, limit));

/** Cuts at spaces, but not before a `%`; a word longer than a line is cut where the line ends. */
export function wrap(text: string, width: number, limit = TEXT_LIMIT): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plainLine(text, limit).split(/ (?!%)/)) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = '';
    }
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line = line === '' ? rest : `${line} ${rest}`;
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

const STYLES = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36 } as const;

export type Style = keyof typeof STYLES;

export const styled = (text: string, style: Style, { colour }: ReportOptions): string =>
  colour ? `\u001B[${STYLES[style]}m${text}\u001B[0m` : text;

export const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

/** `95–100 %`, or `95 %` when both ends round to the same. */
export function percentInterval({ low, high }: { readonly low: number; readonly high: number }): string {
  const [from, to] = [Math.round(low * 100), Math.round(high * 100)];
  return from === to ? `${to} %` : `${from}–${to} %`;
}

/** `264`, or `250 to 264`, with thousands apart. */
export function countInterval({ low, high }: { readonly low: number; readonly high: number }): string {
  return low === high ? thousands(high) : `${thousands(low)} to ${thousands(high)}`;
}

/** `1 file`, `1,204 files`. */
export const counted = (count: number, one: string): string => `${thousands(count)} ${one}${count === 1 ? '' : 's'}`;

export const thousands = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

/** `2026-01-01 10:04:00Z`: one zone for everybody who reads the report. */
export const utc = (instant: string): string => instant.replace('T', ' ').replace(/\.\d+Z$/, 'Z');

/** The clock alone when `instant` is of the same day as `of`. */
export const utcClock = (instant: string, of: string): string =>
  instant.slice(0, 10) === of.slice(0, 10) ? utc(instant).slice(11) : utc(instant);
