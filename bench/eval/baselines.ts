import { isPrivateAddress } from '../../shared/core/model/address.ts';
import type { FlowMinute, MetricMinute, MetricName } from '../../shared/core/model/observation.ts';
import { rangeSize } from '../../shared/core/model/observation.ts';
import type { Settings } from '../../shared/core/model/settings.ts';
import { MINUTE_MS } from '../../shared/core/model/time.ts';
import type { TrueIncident, Truth } from '../../shared/core/simulate/truth.ts';
import { inventoryAt, type Arrival } from './arrivals.ts';

/** What people do today, on the same deliveries with the same delays. */
export type BaselineName = 'allocation-errors' | 'active-connections' | 'runbook' | 'records-75';

export type BaselineOutcome = {
  readonly name: BaselineName;
  /** Minutes from its first alarm after an incident's onset to the first failed connection; null without an alarm. */
  readonly leadMinutes: number | null;
  readonly detected: boolean;
  /** Runs of alarm minutes that no incident explains. */
  readonly falseAlarms: number;
  readonly destinationRight: boolean | null;
  readonly sourceRight: boolean | null;
};

/** A minute in which a baseline's condition held, and when it could first be known. */
type AlarmMinute = { readonly minute: number; readonly knownMs: number; readonly destination: string | null };

export function judgeBaselines(arrivals: readonly Arrival[], settings: Settings, truth: Truth): BaselineOutcome[] {
  const ranked = runbookRanking(arrivals, truth);
  const errors = metricAlarms(arrivals, 'ErrorPortAllocation', () => 1);
  const activeLimit = (nowMs: number): number => {
    const addresses = inventoryAt(arrivals, nowMs).natGateways[0]?.addresses.length ?? 1;
    return (50_000 / 55_000) * settings.natPortsPerAddress * addresses;
  };
  return [
    outcome('allocation-errors', errors, truth, null),
    outcome('active-connections', metricAlarms(arrivals, 'ActiveConnectionCount', activeLimit), truth, null),
    outcome('runbook', errors, truth, ranked),
    outcome('records-75', recordAlarms(arrivals, settings), truth, null),
  ];
}

function metricAlarms(
  arrivals: readonly Arrival[],
  metric: MetricName,
  limit: (nowMs: number) => number,
): AlarmMinute[] {
  return arrivals.flatMap(({ parts, delayedMs }) =>
    parts
      .flatMap(({ observations }) => observations)
      .filter((row): row is MetricMinute => row.kind === 'metric' && row.metric === metric)
      .filter((row) => row.value >= limit(row.minute * MINUTE_MS))
      .map(({ minute }) => ({ minute, knownMs: delayedMs, destination: null })),
  );
}

/** Records per minute and destination against three quarters of the ports: what a dashboard over flow logs counts. */
function recordAlarms(arrivals: readonly Arrival[], settings: Settings): AlarmMinute[] {
  const gateways = inventoryAt(arrivals, Number.POSITIVE_INFINITY).natGateways;
  const addresses = gateways[0]?.addresses ?? [];
  const natAddresses = new Set(addresses.map(({ privateAddress }) => privateAddress));
  const capacity =
    natAddresses.size > 0 ? settings.natPortsPerAddress * natAddresses.size : rangeSize(settings.portRange);
  const counts = new Map<string, { records: number; knownMs: number; row: FlowMinute }>();
  for (const { parts, delayedMs } of arrivals)
    for (const row of flowRows(parts)) {
      if (natAddresses.size > 0 ? !natAddresses.has(row.localAddress) : row.via !== null) continue;
      const holder = natAddresses.size > 0 ? 'nat' : row.localAddress;
      const key = `${row.minute}|${holder}|${row.destination.address}`;
      const known = counts.get(key);
      counts.set(key, {
        records: (known?.records ?? 0) + row.records / 2,
        knownMs: Math.max(known?.knownMs ?? 0, delayedMs),
        row,
      });
    }
  return [...counts.values()]
    .filter(({ records }) => records > 0.75 * capacity)
    .map(({ row, knownMs }) => ({ minute: row.minute, knownMs, destination: row.destination.address }));
}

const flowRows = (parts: Arrival['parts']): FlowMinute[] =>
  parts.flatMap(({ observations }) => observations).filter((row): row is FlowMinute => row.kind === 'flow');

type Ranking = { readonly destination: string | null; readonly source: string | null };

/** AWS's runbook: destinations by count(*) of records, sources by sum(bytes), over the incident's time. */
function runbookRanking(arrivals: readonly Arrival[], truth: Truth): Ranking | null {
  const [incident] = truth.incidents;
  if (!incident) return null;
  const [from, to] = [Date.parse(incident.onsetAt), Date.parse(incident.endAt)];
  const records = new Map<string, number>();
  const bytes = new Map<string, number>();
  const hosts = new Set(
    inventoryAt(arrivals, Number.POSITIVE_INFINITY)
      .interfaces.filter(({ interfaceType }) => interfaceType !== 'nat_gateway')
      .flatMap(({ addresses }) => addresses),
  );
  for (const row of arrivals.flatMap(({ parts }) => flowRows(parts))) {
    if (row.minute * MINUTE_MS < from || row.minute * MINUTE_MS >= to) continue;
    const { address } = row.destination;
    if (incident.layer === 'host' || !isPrivateAddress(address))
      records.set(address, (records.get(address) ?? 0) + row.records);
    if (hosts.has(row.localAddress)) bytes.set(row.localAddress, (bytes.get(row.localAddress) ?? 0) + row.bytes);
  }
  return { destination: largest(records), source: largest(bytes) };
}

const largest = (sums: ReadonlyMap<string, number>): string | null =>
  [...sums].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;

const RUN_GAP_MINUTES = 15;

function outcome(
  name: BaselineName,
  alarms: readonly AlarmMinute[],
  truth: Truth,
  ranking: Ranking | null,
): BaselineOutcome {
  const explained = (minute: number): boolean =>
    truth.incidents.some(
      ({ onsetAt, endAt }) =>
        minute * MINUTE_MS >= Date.parse(onsetAt) - MINUTE_MS &&
        minute * MINUTE_MS <= Date.parse(endAt) + 15 * MINUTE_MS,
    );
  const [incident] = truth.incidents;
  const first = alarms.filter(({ minute }) => explained(minute)).sort((a, b) => a.knownMs - b.knownMs)[0];
  const failureMs = incident?.firstFailureAt ? Date.parse(incident.firstFailureAt) : null;
  const destination = ranking ? ranking.destination : (first?.destination ?? null);
  return {
    name,
    detected: first !== undefined,
    leadMinutes: first && failureMs !== null ? (failureMs - first.knownMs) / MINUTE_MS : null,
    falseAlarms: runsOf(alarms.filter(({ minute }) => !explained(minute)).map(({ minute }) => minute)),
    destinationRight: incident && first && destination !== null ? isLeader(incident.destinations, destination) : null,
    sourceRight: incident && first && ranking ? isLeader(incident.sources, ranking.source) : null,
  };
}

function isLeader(ranked: TrueIncident['sources'] | TrueIncident['destinations'], address: string | null): boolean {
  const top = ranked[0]?.share ?? 0;
  return ranked.some((each) => each.share >= top * 0.9 && each.address === address);
}

function runsOf(minutes: readonly number[]): number {
  const sorted = [...minutes].sort((a, b) => a - b);
  return sorted.filter((minute, index) => index === 0 || minute - (sorted[index - 1] as number) > RUN_GAP_MINUTES)
    .length;
}
