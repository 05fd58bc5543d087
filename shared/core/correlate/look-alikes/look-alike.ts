import type { HostSeries } from '../../detect/host-series.ts';
import type { NatSeries } from '../../detect/nat-series.ts';
import type { RuledOut } from '../../finding/schema.ts';
import type { FlowRows } from '../../flow-rows/flow-rows.ts';
import { type Destination, formatDestination } from '../../model/destination.ts';
import type { ConnectErrorMinute } from '../../model/observation.ts';
import { isoOf, type Minute, minuteEndMs, minuteStartMs } from '../../model/time.ts';

/** What a look-alike is judged by. */
export type LookAlikeEvidence = {
  readonly logs: readonly ConnectErrorMinute[];
  readonly nats: readonly NatSeries[];
  readonly hosts: readonly HostSeries[];
  /** One row per source, destination and minute. */
  readonly flows: FlowRows;
  /** Whether any detector ever signalled. */
  readonly hasIncident: (series: NatSeries | HostSeries) => boolean;
  /** Whether no record of the minute can still be on its way. */
  readonly isFinal: (minute: Minute) => boolean;
};

/** One look-alike is one file: it says what was mistaken for exhaustion, and why it is not. */
export type LookAlike = (evidence: LookAlikeEvidence) => RuledOut[];

/** What is about one place, or about the way from it to one destination. */
export const aboutWay = (from: string, destination?: Destination): Pick<RuledOut, 'subject' | 'destination'> =>
  destination === undefined
    ? { subject: from }
    : { subject: `${from} towards ${formatDestination(destination)}`, destination };

/** From the first to the last of some minutes. */
export function spanOf(minutes: readonly Minute[]): Pick<RuledOut, 'firstSeenAt' | 'lastSeenAt'> {
  const from = minutes.reduce((a, b) => Math.min(a, b), Infinity);
  const to = minutes.reduce((a, b) => Math.max(a, b), -Infinity);
  return minutes.length === 0
    ? { firstSeenAt: null, lastSeenAt: null }
    : { firstSeenAt: isoOf(minuteStartMs(from)), lastSeenAt: isoOf(minuteEndMs(to)) };
}
