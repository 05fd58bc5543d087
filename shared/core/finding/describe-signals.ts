import { logSourceId } from '../correlate/log-source-id.ts';
import type { Merged } from '../detect/merge-observations.ts';
import type { Inventory } from '../model/inventory.ts';
import { isoOf, type Minute, minuteEndMs } from '../model/time.ts';
import type { Signal } from './summary-schema.ts';

/** How far behind is usual: flows take 6–20 min, metrics 1–3 min (seconds). */
const USUAL_SECONDS = { 'flow-log': 1_200, metric: 300, 'app-log': 60, 'socket-table': 300 } as const;
const SIGNALS_LIMIT = 500;

/** Which signals arrive and how late; a NAT gateway of the inventory without metrics is missing, which is not "fine". */
export function describeSignals(merged: Merged, inventory: Inventory, nowMs: number): Signal[] {
  const last = new Map<string, { source: keyof typeof USUAL_SECONDS; subject: string; minute: Minute }>();
  const see = (source: keyof typeof USUAL_SECONDS, subject: string, minute: Minute): void => {
    const seen = last.get(`${source}\n${subject}`);
    if (seen === undefined || seen.minute < minute) last.set(`${source}\n${subject}`, { source, subject, minute });
  };
  for (const row of merged.coverage) see('flow-log', row.interfaceId, row.minute);
  // A host's agent is asked only while a finding is open: its silence says nothing.
  for (const row of merged.metrics)
    if (row.resourceType !== 'host') see('metric', row.resourceId ?? 'unnamed', row.minute);
  for (const row of merged.connectErrors) see('app-log', logSourceId(row.logSource), row.minute);
  for (const row of merged.sockets) see('socket-table', row.host, row.minute);
  const arriving = [...last.values()].map(({ source, subject, minute }) => {
    const behindSeconds = Math.max(0, Math.round((nowMs - minuteEndMs(minute)) / 1000));
    const state = behindSeconds <= USUAL_SECONDS[source] ? 'arriving' : source === 'app-log' ? 'quiet' : 'late';
    return signal(source, subject, isoOf(minuteEndMs(minute)), behindSeconds, state);
  });
  const silent = inventory.natGateways
    .filter(({ id }) => !last.has(`metric\n${id}`))
    .map(({ id }) => signal('metric', id, null, null, 'missing'));
  return [...arriving, ...silent]
    .sort((a, b) => (a.source === b.source ? (a.subject < b.subject ? -1 : 1) : a.source < b.source ? -1 : 1))
    .slice(0, SIGNALS_LIMIT);
}

const signal = (
  source: keyof typeof USUAL_SECONDS,
  subject: string,
  lastAt: string | null,
  behindSeconds: number | null,
  state: Signal['state'],
): Signal => ({ source, subject, lastAt, behindSeconds, usualSeconds: USUAL_SECONDS[source], state });
