import type { Finding, TimelineMinute } from '../finding/schema.ts';
import { LABEL_WIDTH, labelled, NARROWEST, thousands } from './layout.ts';
import type { ReportOptions } from './layout.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const NOTHING = '·';
const UNKNOWN = ' ';
const NOTE_WIDTH = 30;
const MINUTES_LIMIT = 120;

type Row = { readonly label: string; readonly values: readonly (number | null)[]; readonly top: number; note: string };

/**
 * A finding's minutes as rows of blocks: ports against capacity, failures, log errors. A space is a minute that no
 * source speaks of, a dot is zero. Longer histories are drawn with several minutes to a block, each at its highest.
 */
export function drawPicture(finding: Finding, options: ReportOptions): string[] {
  const minutes = withData(finding.timeline);
  if (minutes.length < 2) return [];
  const room = Math.max(options.width, NARROWEST) - LABEL_WIDTH - NOTE_WIDTH;
  const perBlock = Math.ceil(minutes.length / Math.min(Math.max(room, 10), MINUTES_LIMIT));
  const rows = rowsOf(finding, minutes).filter(({ values }) => values.some((value) => value !== null && value > 0));
  if (rows.length === 0) return [];
  const drawn = rows.map((row) => labelled(row.label, `${blocks(row, perBlock)}  ${row.note}`));
  return [...drawn, labelled('', axis(minutes, perBlock))];
}

const says = (minute: TimelineMinute): boolean =>
  minute.portsInUse !== null ||
  minute.opens !== null ||
  minute.failures !== null ||
  minute.allocationErrors !== null ||
  minute.logErrors !== null;

/** The minutes between the first and the last of which any source speaks. */
function withData(timeline: readonly TimelineMinute[]): readonly TimelineMinute[] {
  return timeline.slice(timeline.findIndex(says), timeline.findLastIndex(says) + 1);
}

function rowsOf({ capacityPorts }: Finding, minutes: readonly TimelineMinute[]): Row[] {
  const values = (of: (minute: TimelineMinute) => number | null | undefined): (number | null)[] =>
    minutes.map((minute) => of(minute) ?? null);
  const low = values((minute) => minute.portsInUse?.low);
  const high = values((minute) => minute.portsInUse?.high);
  const ceiling = capacityPorts ?? highest(high);
  const capacity = capacityPorts === null ? '' : ` of ${thousands(capacityPorts)}`;
  const ports = (label: string, of: readonly (number | null)[]): Row => ({
    label,
    values: of,
    top: ceiling,
    note: `peak ${thousands(highest(of))}${capacity}`,
  });
  const isExact = low.every((value, index) => value === high[index]);
  return [
    ...(isExact ? [ports('ports', high)] : [ports('ports at least', low), ports('ports at most', high)]),
    counted(
      'failures',
      values((minute) => minute.failures?.high),
    ),
    counted(
      'NAT errors',
      values((minute) => minute.allocationErrors),
    ),
    counted(
      'log errors',
      values((minute) => minute.logErrors),
    ),
  ];
}

const counted = (label: string, values: readonly (number | null)[]): Row => ({
  label,
  values,
  top: highest(values),
  note: `most in a minute ${thousands(highest(values))}`,
});

const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);

function blocks({ values, top }: Row, perBlock: number): string {
  let text = '';
  for (let from = 0; from < values.length; from += perBlock) {
    const known = values.slice(from, from + perBlock).filter((value) => value !== null);
    text += known.length === 0 ? UNKNOWN : blockOf(highest(known), top);
  }
  return text;
}

function blockOf(value: number, top: number): string {
  if (value <= 0 || top <= 0) return NOTHING;
  const step = Math.ceil((Math.min(value, top) / top) * BLOCKS.length);
  return BLOCKS[Math.max(step, 1) - 1] ?? NOTHING;
}

/** The first and the last minute under the blocks' ends, and what one block stands for. */
function axis(minutes: readonly TimelineMinute[], perBlock: number): string {
  const width = Math.ceil(minutes.length / perBlock);
  const from = clock(minutes[0]);
  const to = clock(minutes.at(-1));
  const scale = perBlock === 1 ? 'UTC' : `UTC, ${perBlock} minutes a block`;
  if (width < from.length + to.length + 1) return `${from}–${to} ${scale}`;
  return `${from}${to.padStart(width - from.length)}  ${scale}`;
}

const clock = (minute: TimelineMinute | undefined): string => minute?.at.slice(11, 16) ?? '';
