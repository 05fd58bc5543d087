import { instantOfCell } from '../recognise/instant.ts';

/** A value as a word of a flow log's line: nothing is `-`, times are seconds, and no word holds a space. */
export function flowWordOf(field: string, value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  if (text === '') return '-';
  const word = text.replaceAll(/\s+/g, '_');
  if ((field !== 'start' && field !== 'end') || /^\d+$/.test(text)) return word;
  const instantMs = instantOfCell(text);
  return instantMs === null ? word : String(Math.floor(instantMs / 1000));
}
