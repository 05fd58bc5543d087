/** Epoch milliseconds, and whether the text names its zone; without one it is taken as UTC. */
export type TextTime = { readonly ms: number; readonly zoned: boolean };

/** Programs print the time first; further in, dates belong to what is being talked about. */
const SEARCHED_LENGTH = 128;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = '(?<h>\\d{2}):(?<mi>\\d{2}):(?<s>\\d{2})(?:[.,:](?<f>\\d{1,9}))?';
const ZONE = '(?<z>Z\\b|UTC\\b|GMT\\b|[+-]\\d{2}:?\\d{2}(?!\\d))';
const MONTH = `(?<mon>${MONTHS.join('|')})[a-z]{0,6}`;

/** From the most to the least telling; `y` may be missing, and is then taken from the caller's year. */
const FORMATS: readonly RegExp[] = [
  `(?<!\\d)(?<y>\\d{4})-(?<mo>\\d{2})-(?<d>\\d{2})[T ]${CLOCK}\\s?${ZONE}?`,
  `(?<!\\d)(?<y>\\d{4})/(?<mo>\\d{2})/(?<d>\\d{2})[ T-]${CLOCK}\\s?${ZONE}?`,
  // Apache, nginx and haproxy access logs: 20/Nov/2026:14:02:22 +0000
  `(?<!\\d)(?<d>\\d{1,2})/${MONTH}/(?<y>\\d{4})[: ]${CLOCK}\\s?${ZONE}?`,
  // Apache error log, ctime: Fri Nov 20 14:02:27.706710 2026
  `\\b${MONTH} {1,2}(?<d>\\d{1,2}) ${CLOCK} (?:[A-Z]{3,4} )?(?<y>\\d{4})\\b`,
  // Redis, RFC 1123: 20 Nov 2026 14:07:20.516
  `(?<!\\d)(?<d>\\d{1,2})[ -]${MONTH}[ -](?<y>\\d{4}),? ${CLOCK}\\s?${ZONE}?`,
  // English: April 28, 2018 11:45 PM
  `\\b${MONTH} (?<d>\\d{1,2}), (?<y>\\d{4}),? (?<h>\\d{1,2}):(?<mi>\\d{2})(?::(?<s>\\d{2}))?(?: ?(?<half>[AP])M)?`,
  // Windows and .NET in English: 12/2/2013 11:52:26 AM
  '(?<!\\d)(?<mo>\\d{1,2})/(?<d>\\d{1,2})/(?<y>\\d{4}),? (?<h>\\d{1,2}):(?<mi>\\d{2}):(?<s>\\d{2})(?: ?(?<half>[AP])M)?',
  `(?<!\\d)(?<d>\\d{2})\\.(?<mo>\\d{2})\\.(?<y>\\d{4}),? ${CLOCK}`,
  // Hadoop, Spark: 17/06/09 20:10:53
  `(?<!\\d)(?<yy>\\d{2})/(?<mo>\\d{2})/(?<d>\\d{2}) ${CLOCK}`,
  // syslog: Nov 20 14:00:50
  `\\b${MONTH} {1,2}(?<d>\\d{1,2}) ${CLOCK}`,
  `(?<!\\d)(?<d>\\d{1,2}) ${MONTH} ${CLOCK}`,
  // klog: E1120 12:10:18.732158
  `(?:^|\\s)[IWEF](?<mo>\\d{2})(?<d>\\d{2}) ${CLOCK}`,
].map((source) => new RegExp(source, 'i'));

/** Squid, Chromium, librdkafka: seconds since 1970 at the start of the line; other programs: seconds or milliseconds whole. */
const EPOCH_SECONDS = /^[[(]?([1-3]\d{9})(?:\.(\d{1,6})|(\d{3}))?(?=[\s,\])|;:]|$)/;

/** The time in the first characters of a line, or null. `year` is for formats that leave it out, and asked for only then. */
export function readTimeInText(text: string, year: number | null | (() => number | null)): TextTime | null {
  const head = text.slice(0, SEARCHED_LENGTH);
  const epoch = EPOCH_SECONDS.exec(head);
  if (epoch) return { ms: Math.floor(Number(`${epoch[1]}.${epoch[2] ?? epoch[3] ?? 0}`) * 1000), zoned: true };
  if (!/\d:\d\d/.test(head)) return null;
  const iso = isoTime(head);
  if (iso) return iso;
  for (const format of FORMATS) {
    const groups = format.exec(head)?.groups;
    const time = groups ? timeOf(groups, year) : null;
    if (time) return time;
  }
  return null;
}

/** The commonest format by far, without the cost of named groups. */
const ISO =
  /(?<!\d)(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,:](\d{1,9}))?(?:\s?(Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}(?!\d)))?/;

function isoTime(head: string): TextTime | null {
  const match = ISO.exec(head);
  if (!match) return null;
  const [, y, mo, d, h, mi, s, f = '', z] = match;
  const [month, day, hour] = [Number(mo), Number(d), Number(h)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || Number(mi) > 59 || Number(s) > 60) return null;
  const ms = Date.UTC(Number(y), month - 1, day, hour, Number(mi), Number(s), Number(f.slice(0, 3).padEnd(3, '0')));
  return { ms: ms - zoneOffsetMs(z), zoned: z !== undefined };
}

/** Whether `readTimeInText` would find a time, at less cost. */
export function hasTimeInText(text: string): boolean {
  const head = text.slice(0, SEARCHED_LENGTH);
  return EPOCH_SECONDS.test(head) || (/\d:\d\d/.test(head) && FORMATS.some((format) => format.test(head)));
}

function timeOf(
  groups: Record<string, string | undefined>,
  contextYear: number | null | (() => number | null),
): TextTime | null {
  const { y, yy, mo, mon, d, h, mi, s = '0', f = '', z, half } = groups;
  const year = y !== undefined ? Number(y) : yy !== undefined ? 2000 + Number(yy) : valueOf(contextYear);
  const month = mo === undefined ? MONTHS.indexOf((mon ?? '').toLowerCase()) : Number(mo) - 1;
  if (year === null || month < 0 || month > 11 || Number(d) < 1 || Number(d) > 31) return null;
  const hour = half === undefined ? Number(h) : (Number(h) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  if (hour > 23 || Number(mi) > 59 || Number(s) > 60) return null;
  const ms = Date.UTC(year, month, Number(d), hour, Number(mi), Number(s), Number(f.slice(0, 3).padEnd(3, '0')));
  return { ms: ms - zoneOffsetMs(z), zoned: z !== undefined };
}

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

/** A time field of a structured event: ISO 8601, or a count of s, ms, µs or ns since 1970 by its size. */
export function readTimeField(value: unknown): TextTime | null {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{9,19}(?:\.\d{1,9})?$/.test(value)))
    return ofEpoch(Number(value));
  return typeof value === 'string' ? readTimeInText(value, null) : null;
}

function ofEpoch(count: number): TextTime | null {
  if (!(count >= 1e8)) return null;
  const ms = count < 1e11 ? count * 1000 : count < 1e14 ? count : count < 1e17 ? count / 1e3 : count / 1e6;
  return { ms: Math.floor(ms), zoned: true };
}

const valueOf = (value: number | null | (() => number | null)): number | null =>
  typeof value === 'function' ? value() : value;
