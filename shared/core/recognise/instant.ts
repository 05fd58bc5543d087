const ZONED = /(?:Z|[+-]\d{2}:?\d{2})$/i;
const DATE_AND_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
/** Epoch seconds stay below this until the year 5138; epoch milliseconds passed it in 1973. */
const MILLISECONDS_FROM = 1e11;

/**
 * Epoch milliseconds of a time as AWS's tools print it: ISO 8601 with any offset (none means UTC), epoch seconds or
 * epoch milliseconds. Null when it is none of these.
 */
export function instantOf(value: unknown): number | null {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value <= 0) return null;
    return Math.round(value >= MILLISECONDS_FROM ? value : value * 1000);
  }
  if (typeof value !== 'string' || !DATE_AND_TIME.test(value)) return null;
  const instantMs = Date.parse(ZONED.test(value) ? value : `${value}Z`);
  return Number.isNaN(instantMs) ? null : instantMs;
}

const SLASHED = /^(\d{4})\/(\d{2})\/(\d{2})[ T]/;

/** Epoch milliseconds of a table's cell: as `instantOf`, and `2026/11/20 14:00:00` or digits alone. */
export function instantOfCell(cell: string): number | null {
  const text = cell.trim();
  return instantOf(/^\d{9,13}$/.test(text) ? Number(text) : text.replace(SLASHED, '$1-$2-$3T'));
}
