/** Words stand between spaces; carriage returns, tabs and other control characters count as spaces. */
export function wordsOf(line: string): string[] {
  // eslint-disable-next-line no-control-regex -- these are the separators
  return line.split(/[\u0000-\u0020]+/).filter((word) => word !== '');
}
