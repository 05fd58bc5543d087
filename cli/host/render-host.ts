import { formatDestination } from '../../shared/core/model/destination.ts';
import { rangeSize } from '../../shared/core/model/observation.ts';
import { percent, thousands } from '../../shared/core/report/layout.ts';
import { fullestUtilisation } from './judge-host.ts';
import type { HostVerdict } from './judge-host.ts';
import type { HostSnapshot } from './read-host.ts';

const SHOWN = 20;

/** The fullest destinations of this machine, one line each, the verdict first. */
export function renderHost(snapshot: HostSnapshot, verdict: HostVerdict): string {
  const { usage, localRange } = snapshot;
  const capacity = rangeSize(localRange);
  const range = `local range ${localRange.low}–${localRange.high} (${thousands(capacity)} ports)`;
  const head = `${verdict.toUpperCase()}: ${percent(fullestUtilisation(snapshot))} towards the fullest destination, ${range}`;
  if (usage.length === 0) return `${head}\nNo outgoing connections.\n`;
  const rows = usage
    .slice(0, SHOWN)
    .map((each) => [
      each.localAddress,
      formatDestination(each.destination),
      thousands(each.portsInUse),
      percent(each.portsInUse / capacity),
      thousands(each.timeWait),
      thousands(each.established),
    ]);
  const table = columns([['FROM', 'TO', 'PORTS', 'OF RANGE', 'TIME_WAIT', 'ESTABLISHED'], ...rows]);
  const more = usage.length > SHOWN ? [`and ${thousands(usage.length - SHOWN)} more destinations`] : [];
  return `${[head, '', ...table, ...more].join('\n')}\n`;
}

/** The first two columns hold names and are left-aligned, the others hold numbers. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
  );
}
