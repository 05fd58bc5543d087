import { countUnansweredPorts, openedPorts } from '../../detect/opens.ts';
import type { FlowMinute } from '../../model/observation.ts';
import { unionOf } from '../../model/port-set.ts';
import type { Minute } from '../../model/time.ts';
import type { RankedFlow } from './ranking.ts';

export type FlowFigures = Pick<RankedFlow, 'distinctPorts' | 'opens' | 'unanswered' | 'bytes' | 'records'>;

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
    figures.opens += openedPorts(row, neighbours).size;
    figures.unanswered += countUnansweredPorts(row, neighbours);
    figures.bytes += row.bytes;
    figures.records += row.records;
  }
  figures.distinctPorts =
    counted.length === 1 ? (counted[0]?.ports.size ?? 0) : unionOf(counted.map((row) => row.ports)).size;
  return figures;
}
