import { basename } from 'node:path';
import { byteText } from './render-flows.ts';

/** What the progress bar of a terminal of so many columns has room for beside itself. */
const BAR_COLUMNS = 29;

/** How fast files are read, and which one: the rate is always seen, the name as far as there is room. */
export function progressLabel(bytesPerSecond: number, file: string, columns: number): string {
  const rate = `${byteText(bytesPerSecond)}/s`;
  const name = basename(file);
  const room = columns - BAR_COLUMNS - rate.length - 1;
  if (name.length <= room) return `${rate} ${name}`;
  return room < 8 ? rate : `${rate} …${name.slice(name.length - room + 1)}`;
}
