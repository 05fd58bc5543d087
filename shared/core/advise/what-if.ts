import type { Layer, TimelineMinute } from '../finding/schema.ts';
import { figures } from '../model/figures.ts';

/** A change to try on a finding. */
export type Change =
  | { readonly kind: 'add-addresses'; readonly addresses: number; readonly portsPerAddress: number }
  | { readonly kind: 'pool'; readonly connectionsPerSource: number }
  | { readonly kind: 'keep-alive' }
  | { readonly kind: 'port-range'; readonly low: number; readonly high: number }
  | { readonly kind: 'endpoint' };

/** What of a finding a change is tried on, as the core or the query API gives it. */
export type Recorded = {
  readonly layer: Layer;
  readonly capacityPorts: number | null;
  readonly sources: readonly unknown[];
  readonly timeline: readonly TimelineMinute[];
};

export type WhatIfMinute = {
  readonly at: string;
  /** Ports wanted: those in use, and those that the connections that found none would have held. */
  readonly before: number;
  readonly after: number;
  readonly capacityBefore: number;
  readonly capacityAfter: number;
};

export type WhatIf = {
  readonly minutes: readonly WhatIfMinute[];
  readonly peakBefore: number;
  readonly peakAfter: number;
  /** Minutes that want more ports than there are. */
  readonly failingMinutesBefore: number;
  readonly failingMinutesAfter: number;
  readonly statement: string;
};

/** Replays a finding's own minutes under a change. Pure: the page's slider and the command line use the same. */
export function whatIf(finding: Recorded, change: Change): WhatIf {
  const lives = concurrencyRatio(finding);
  const minutes = finding.timeline.flatMap((minute): WhatIfMinute[] => {
    const before = wantedPorts(finding, minute);
    const capacityBefore = minute.capacityPorts ?? finding.capacityPorts;
    if (before === null || capacityBefore === null) return [];
    return [
      {
        at: minute.at,
        before,
        after: wantedAfter(before, minute, finding, change, lives),
        capacityBefore,
        capacityAfter: capacityAfter(capacityBefore, change),
      },
    ];
  });
  const peakBefore = Math.max(0, ...minutes.map((minute) => minute.before / minute.capacityBefore));
  const peakAfter = Math.max(0, ...minutes.map((minute) => minute.after / minute.capacityAfter));
  const failingMinutesBefore = minutes.filter((minute) => minute.before > minute.capacityBefore).length;
  const failingMinutesAfter = minutes.filter((minute) => minute.after > minute.capacityAfter).length;
  return {
    minutes,
    peakBefore,
    peakAfter,
    failingMinutesBefore,
    failingMinutesAfter,
    statement:
      minutes.length === 0
        ? 'no minute of this finding has ports in use: flow logs or a socket table are needed to try a change on'
        : `peak ${percent(peakBefore)} → ${percent(peakAfter)} of the ports, minutes without enough ${failingMinutesBefore} → ${failingMinutesAfter}`,
  };
}

/**
 * Ports wanted by Little's law. Where all connections found one these are the ports in use: at a NAT gateway the
 * likeliest number, on a host the upper bound, since TIME_WAIT counts. Where some found none, those that did hold all
 * the ports between them, so that as many more are wanted in proportion: ports × wanted opens / successful opens.
 */
function wantedPorts(finding: Recorded, minute: TimelineMinute): number | null {
  const { portsInUse, portsEstimate, capacityPorts } = minute;
  if (portsInUse === null) return null;
  const failed = failedOpens(finding, minute);
  const inUse = finding.layer === 'host' ? portsInUse.high : (portsEstimate ?? portsInUse.low);
  if (failed === 0) return inUse;
  const wanted = wantedOpens(finding, minute);
  const full = Math.max(inUse, capacityPorts ?? finding.capacityPorts ?? inUse);
  // Hardly any of them found one: what is not measured is not carried on for ever.
  return Math.ceil(full * Math.min(MOST_TIMES, wanted / Math.max(1, wanted - failed)));
}

const MOST_TIMES = 4;

/** A host's failed connect sends no packet: its log alone tells of it. At a NAT gateway the client's leg does. */
const failedOpens = ({ layer }: Recorded, { failures, logErrors }: TimelineMinute): number =>
  layer === 'host' ? (logErrors ?? 0) : (failures?.low ?? 0);

const wantedOpens = (finding: Recorded, minute: TimelineMinute): number =>
  (minute.opens ?? 0) + (finding.layer === 'host' ? failedOpens(finding, minute) : 0);

function capacityAfter(capacity: number, change: Change): number {
  if (change.kind === 'add-addresses') return capacity + change.addresses * change.portsPerAddress;
  return change.kind === 'port-range' ? change.high - change.low + 1 : capacity;
}

function wantedAfter(before: number, minute: TimelineMinute, finding: Recorded, change: Change, lives: number): number {
  switch (change.kind) {
    case 'add-addresses':
    case 'port-range':
      return before;
    case 'endpoint':
      return finding.layer === 'nat' ? 0 : before;
    case 'pool':
      return Math.min(before, Math.max(1, finding.sources.length) * change.connectionsPerSource);
    case 'keep-alive':
      return Math.min(before, Math.max(1, Math.ceil((wantedOpens(finding, minute) / 60) * lives)));
  }
}

/**
 * Seconds that a connection was really busy while all was calm: the least of overlapping flows per open and second.
 * With keep-alive that many connections per request and second are enough.
 */
function concurrencyRatio({ timeline }: Recorded): number {
  const ratios = timeline.flatMap(({ portsInUse, opens }) =>
    portsInUse === null || opens === null || opens < 10 ? [] : [portsInUse.low / (opens / 60)],
  );
  return ratios.length === 0 ? 1 : Math.max(0.05, Math.min(...ratios));
}

const percent = (ratio: number): string => `${figures(100 * ratio, 3)} %`;
