import type { Finding, FindingActions } from '../client/api-client.ts';
import { countText } from './figures.ts';

/** Marks on a finding's time axis: what happened when. */
export type Mark = {
  readonly kind: 'onset' | 'first-failure' | 'back' | 'eta' | 'change' | 'act' | 'resolved';
  readonly label: string;
  readonly at: string;
  /** An ETA is a span. */
  readonly until: string | null;
};

type Column = readonly (number | null)[];

/** The timeline in columns, as the chart takes it; times in seconds. */
export type TimelineColumns = {
  readonly seconds: readonly number[];
  readonly portsLow: Column;
  readonly portsHigh: Column;
  readonly capacity: Column;
  readonly opens: Column;
  readonly failuresLow: Column;
  readonly failuresHigh: Column;
  readonly allocationErrors: Column;
  readonly logErrors: Column;
};

const MINUTE_SECONDS = 60;

/** Minutes that no source speaks of are there, and empty: a gap is shown as a gap. */
export function timelineColumns(timeline: Finding['timeline'], from: number, to: number): TimelineColumns {
  const byMinute = new Map(timeline.map((minute) => [Date.parse(minute.at) / 1_000, minute]));
  const seconds = Array.from(
    { length: Math.max(0, (to - from) / MINUTE_SECONDS + 1) },
    (_, i) => from + i * MINUTE_SECONDS,
  );
  const column = (of: (minute: Finding['timeline'][number]) => number | null | undefined): Column =>
    seconds.map((at) => {
      const minute = byMinute.get(at);
      return minute === undefined ? null : (of(minute) ?? null);
    });
  return {
    seconds,
    portsLow: column(({ portsInUse }) => portsInUse?.low),
    portsHigh: column(({ portsInUse }) => portsInUse?.high),
    capacity: column(({ capacityPorts }) => capacityPorts),
    opens: column(({ opens }) => opens),
    failuresLow: column(({ failures }) => failures?.low),
    failuresHigh: column(({ failures }) => failures?.high),
    allocationErrors: column(({ allocationErrors }) => allocationErrors),
    logErrors: column(({ logErrors }) => logErrors),
  };
}

/** Capacity alone is known even where nothing was looked at. */
const isMeasured = ({ at: _at, capacityPorts: _capacity, ...measures }: Finding['timeline'][number]): boolean =>
  Object.values(measures).some((measure) => measure !== null);

/** The longest stretch a chart shows: past it a minute is less than a pixel. */
const SPAN_LIMIT_SECONDS = 24 * 3_600;

/** The shortest: two minutes drawn over the whole width would look like an hour. */
const SPAN_LEAST_SECONDS = 10 * MINUTE_SECONDS;

/** From the first to the last measured minute, and on to an ETA that is not too far off to draw. */
export function timelineSpan(finding: Finding): { readonly from: number; readonly to: number } | null {
  const measured = finding.timeline.filter(isMeasured);
  const seconds = measured.map(({ at }) => Date.parse(at) / 1_000);
  if (seconds.length === 0) return null;
  const last = Math.max(...seconds);
  const from = Math.max(Math.min(...seconds), last - SPAN_LIMIT_SECONDS);
  const eta = finding.etaAt === null ? last : Math.ceil(Date.parse(finding.etaAt.high) / 60_000) * MINUTE_SECONDS;
  const drawn = Math.max(last - from, SPAN_LEAST_SECONDS);
  const to = eta > last && eta - last <= drawn * 1.5 ? eta : last;
  const missing = Math.max(0, SPAN_LEAST_SECONDS - (to - from)) / MINUTE_SECONDS;
  const before = Math.ceil(missing / 2);
  return { from: from - before * MINUTE_SECONDS, to: to + (missing - before) * MINUTE_SECONDS };
}

export function marksOf(finding: Finding, actions: FindingActions['actions']): Mark[] {
  const point = (kind: Mark['kind'], label: string, at: string | null): Mark[] =>
    at === null ? [] : [{ kind, label, at, until: null }];
  const eta: Mark[] = finding.etaAt
    ? [{ kind: 'eta', label: 'ETA', at: finding.etaAt.low, until: finding.etaAt.high }]
    : [];
  return [
    ...point('onset', 'onset', finding.firstSeenAt),
    ...point('first-failure', 'first failure', finding.firstFailureAt),
    ...point('back', 'back', finding.reopenedAt ?? null),
    ...capacityChanges(finding.timeline),
    ...actions.flatMap(({ action, at }) => point('act', ACT_MARKS[action], at)),
    ...eta,
    ...point('resolved', 'resolved', finding.resolvedAt),
  ];
}

const ACT_MARKS = { acknowledge: 'acknowledged', suppress: 'suppressed', resolve: 'resolved by hand' } as const;

function capacityChanges(timeline: Finding['timeline']): Mark[] {
  let before: number | null = null;
  return timeline.flatMap(({ at, capacityPorts }): Mark[] => {
    const changed = before !== null && capacityPorts !== null && capacityPorts !== before;
    const label = `capacity ${countText(before ?? 0)} → ${countText(capacityPorts ?? 0)}`;
    before = capacityPorts ?? before;
    return changed ? [{ kind: 'change', label, at, until: null }] : [];
  });
}

/** Marks beyond the minutes drawn would stand at their edge, where nothing of theirs happened. */
export const isWithin = ({ at, until }: Mark, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  Date.parse(until ?? at) / 1_000 >= from && Date.parse(at) / 1_000 <= to + MINUTE_SECONDS;
