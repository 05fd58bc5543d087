import { countUnansweredPorts, openedPorts, type Neighbours } from '../../detect/opens.ts';
import type { FlowMinute } from '../../model/observation.ts';
import { bitCount } from '../../model/port-bits.ts';
import { portsOf, unionOf, type PortSet } from '../../model/port-set.ts';
import type { Minute } from '../../model/time.ts';
import type { RankedFlow } from './ranking.ts';

export type FlowFigures = Pick<RankedFlow, 'distinctPorts' | 'opens' | 'unanswered' | 'bytes' | 'records'>;

/** Rows with more ports are measured 32 ports at a time: what is ranked first has tens of thousands. */
const BITS_FROM = 256;

/**
 * What a ranking says of one flow. `rows` has one row per minute; `minute` picks one of them, whose neighbours are only
 * looked at to tell opens, and null means all.
 */
export function measureFlow(rows: ReadonlyMap<Minute, FlowMinute>, minute: Minute | null): FlowFigures {
  const counted = minute === null ? [...rows.values()] : [rows.get(minute)].filter((row) => row !== undefined);
  const figures = { distinctPorts: 0, opens: 0, unanswered: 0, bytes: 0, records: 0 };
  for (const row of counted) {
    const neighbours = {
      twoBefore: rows.get(row.minute - 2),
      before: rows.get(row.minute - 1),
      after: rows.get(row.minute + 1),
    };
    const { opens, unanswered } = row.ports.size > BITS_FROM ? openBits(row, neighbours) : openSets(row, neighbours);
    figures.opens += opens;
    figures.unanswered += unanswered;
    figures.bytes += row.bytes;
    figures.records += row.records;
  }
  const [only] = counted;
  figures.distinctPorts =
    counted.length === 1 && only ? only.ports.size : unionOf(counted.map((row) => row.ports)).size;
  return figures;
}

type OpenCounts = Pick<FlowFigures, 'opens' | 'unanswered'>;

const openSets = (row: FlowMinute, neighbours: Neighbours): OpenCounts => ({
  opens: openedPorts(row, neighbours).size,
  unanswered: countUnansweredPorts(row, neighbours),
});

/** The same by words: see `openedPorts` and `countUnansweredPorts` for what it means. */
function openBits(row: FlowMinute, { twoBefore, before, after }: Neighbours): OpenCounts {
  const own = bitsOf(row.opensInferred ? row.ports : row.opened);
  const ownAnswers = bitsOf(row.answered);
  const lateAnswers = bitsOf(after?.answered);
  const earlier = bitsOf(row.opensInferred ? before?.ports : before?.opened);
  // Inferred opens are ports unseen in two minutes; of real ones those retry that were opened before, and unanswered.
  const earliest = row.opensInferred ? bitsOf(twoBefore?.ports) : bitsOf(before?.answered);
  let opens = 0;
  let unanswered = 0;
  for (let word = 0; word < WORDS; word += 1) {
    const past = earlier[word] as number;
    const other = earliest[word] as number;
    const open = (own[word] as number) & ~(row.opensInferred ? past | other : past & ~other);
    opens += bitCount(open);
    unanswered += bitCount(open & ~(ownAnswers[word] as number) & ~(lateAnswers[word] as number));
  }
  return { opens, unanswered };
}

const WORDS = 2048;
const NO_BITS = new Uint32Array(WORDS);

function bitsOf(set: PortSet | undefined): Uint32Array {
  if (set === undefined || set.size === 0) return NO_BITS;
  if (set.bitmap) return set.bitmap;
  const bits = new Uint32Array(WORDS);
  for (const port of portsOf(set)) bits[port >>> 5] = (bits[port >>> 5] as number) | (1 << (port & 31));
  return bits;
}
