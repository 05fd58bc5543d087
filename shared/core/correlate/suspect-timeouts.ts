import type { EvaluationSummary, Finding, RuledOut } from '../finding/schema.ts';
import { type NamedDestination, TCP } from '../model/destination.ts';
import { totalEvents } from '../model/event-count.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import type { ClientIndex } from './client-index.ts';
import { logSourceId } from './log-source-id.ts';
import { allNames, destinationText } from './named-destination.ts';

const FEWEST_EVENTS = 3;
const SUSPECTS_LIMIT = 50;
/** Look-alikes that explain every timeout of a log. */
const ANSWERS: ReadonlySet<string> = new Set(['timeouts-without-nat-errors', 'many-destinations']);

/**
 * Connect timeouts that neither a finding nor a look-alike explains. A full NAT gateway shows as nothing else in
 * application logs, but so does a server that is down: alone they prove nothing, so the answer is "insufficient data"
 * and what would settle it.
 */
export function suspectTimeouts(
  timeouts: readonly ConnectErrorMinute[],
  findings: readonly Finding[],
  ruledOut: readonly RuledOut[],
  clients: ClientIndex,
): EvaluationSummary[] {
  const answered = new Set(ruledOut.flatMap(({ kind, subject }) => (ANSWERS.has(kind) ? [subject] : [])));
  const isExplained = explanationsIn(findings, ruledOut);
  const byDestination = Map.groupBy(
    timeouts.filter((row) => row.destination !== null && !answered.has(logSourceId(row.logSource))),
    destinationText,
  );
  return [...byDestination]
    .filter(([, rows]) => !rows.some(({ destination }) => isExplained(destination as NamedDestination, clients)))
    .map(([name, rows]) => ({ name, rows, events: totalEvents(rows) }))
    .filter(({ events }) => events >= FEWEST_EVENTS)
    .sort((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1))
    .slice(0, SUSPECTS_LIMIT)
    .map(({ name, rows, events }) => ({
      detector: 'connect-timeouts',
      subject: `destination:${name}`,
      outcome: 'insufficient-data',
      reason: `${events} connect timeouts towards ${name}: a full NAT gateway or a destination that does not answer. NAT gateway metrics (ErrorPortAllocation) or flow logs of the same minutes tell which.`,
      minutes: { signal: 0, quiet: 0, insufficientData: new Set(rows.map((row) => row.minute)).size },
    }));
}

/** Whether a finding or a look-alike is about what an event names, by any of its names. */
function explanationsIn(findings: readonly Finding[], ruledOut: readonly RuledOut[]) {
  // Where a host has no port left nothing times out: its connects fail at once.
  const found = findings.flatMap(({ layer, destinations }) =>
    (layer === 'host' ? [] : destinations).flatMap(({ address, port, hostNames }) =>
      [address, ...hostNames].map((name) => `${name} ${port}`),
    ),
  );
  const elsewhere = ruledOut.flatMap(({ destination }) =>
    destination?.protocol === TCP ? [`${destination.address} ${destination.port}`] : [],
  );
  const explained = new Set([...found, ...elsewhere]);
  return (named: NamedDestination, clients: ClientIndex): boolean =>
    allNames(named, clients).some((name) => explained.has(`${name} ${named.port ?? 0}`));
}
