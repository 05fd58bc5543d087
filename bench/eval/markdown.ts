import type { Share } from './statistics.ts';

const percent = (value: number): string => `${(value * 100).toFixed(value > 0.995 && value < 1 ? 1 : 0)} %`;
/** With its interval and the number of trials. */
export const shown = ({ hits, of, low, high }: Share): string =>
  of === 0 ? '–' : `${percent(hits / of)} (${(low * 100).toFixed(0)}–${(high * 100).toFixed(0)}, n=${of})`;
/** With its interval. */
export const ranged = ({ hits, of, low, high }: Share): string =>
  of === 0 ? '–' : `${percent(hits / of)} (${(low * 100).toFixed(0)}–${(high * 100).toFixed(0)})`;
/** The share alone. */
export const short = ({ hits, of }: Share): string => (of === 0 ? '–' : percent(hits / of));
export const minutesText = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(1));

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(...header),
  row(...header.map(() => '---')),
  ...rows.map((cells) => row(...cells)),
  '',
];
