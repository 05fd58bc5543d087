import type { HostDestination, HostSeries, JoinedLogRow } from '../detect/host-series.ts';
import { observeRange, observeTables, type PortBudget } from '../detect/port-budget.ts';
import { mostOf } from '../detect/statistics.ts';
import type { Minute } from '../model/time.ts';
import type { BuildContext } from './build-context.ts';
import type { Frame } from './frame.ts';

/** Of several sources that may be meant, the one with the most ports stands for the range that they have. */
export const fullestFirst = (
  entries: readonly HostDestination[],
  { startMinute, endMinute }: Frame,
): HostDestination[] =>
  entries
    .map((entry) => {
      const uses = [...entry.uses.values()].filter(({ minute }) => minute >= startMinute - 1 && minute <= endMinute);
      return { entry, most: mostOf([0, ...uses.map(({ portsHigh }) => portsHigh)]) };
    })
    .sort((a, b) => b.most - a.most)
    .map(({ entry }) => entry);

/**
 * While connects fail, ports from one dense block well below the assumption are all the range there is, and as many as
 * its tables show minute after minute: whatever the default says, but not against what the host's own table, or a
 * setting about this very address, says.
 */
export function hostBudgetInForce(
  measured: readonly HostDestination[],
  series: HostSeries,
  frame: Frame,
  { settings }: BuildContext,
): PortBudget {
  const [entry] = measured;
  const isMeant = failingMinutes(frame);
  if (entry === undefined || isMeant === null) return entry?.budget ?? series.budget;
  const isKnown = entry.sockets.size > 0 || settings.portRangeByAddress[entry.source] !== undefined;
  if (isKnown && !entry.budget.assumed) return entry.budget;
  const byRecords = observeRange([...entry.uses.values()].filter(isMeant), entry.budget);
  // Who binds first runs out over all destinations, of which a table shows each by itself.
  if (byRecords !== entry.budget || [...series.logs.values()].flat().some(saysBindFirst)) return byRecords;
  return observeTables([...entry.sockets.values()].filter(isMeant), byRecords);
}

/** One dense block of ports over all destinations, while binds fail, is the range that they share. */
export function sharedBudgetInForce(
  { destinations, budget }: HostSeries,
  shared: HostSeries['sharedUses'],
  frame: Frame,
): PortBudget {
  const isMeant = failingMinutes(frame);
  if (isMeant === null || !budget.assumed) return budget;
  const uses = destinations.flatMap((entry) => [...entry.uses.values()].filter(isMeant));
  const portsHigh = mostOf([0, ...[...shared].flatMap(([minute, { ports }]) => (isMeant({ minute }) ? ports : []))]);
  return observeRange(
    uses.map(({ portRange }) => ({ portsHigh, portRange })),
    budget,
  );
}

type At = { readonly minute: Minute };

/** What is full in one minute fails in the next as well. */
const failingMinutes = ({ firstFailingMinute, endMinute }: Frame): ((at: At) => boolean) | null =>
  firstFailingMinute === null ? null : ({ minute }) => minute >= firstFailingMinute - 1 && minute <= endMinute;

/** A connect that fails with EADDRINUSE bound its source address before. */
export const saysBindFirst = ({ row }: JoinedLogRow): boolean =>
  row.verdict === 'connect-exhaustion' && /(?:connect|source)-in-use/.test(row.signature);
