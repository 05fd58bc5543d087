import { median, quantile } from '../detect/statistics.ts';
import type { Minute } from '../model/time.ts';
import type { Load } from './nowcast.ts';

export const BASELINE_MINUTES = 120;
export const ONSET_SHARE = 0.7;
/** Minutes before the incident that tell how full it usually is. */
const FEWEST_USUAL = 10;
/** Shares of the peak: below the one chance does not lift what is usual to the onset, above the other it is no calm. */
const LOWEST_USUAL = 0.55;
const HIGHEST_USUAL = 0.85;
const STEADY_WITHIN = 0.1;

/** An open that nobody answers holds a port as well, though no connection shows it. */
export const portsOf = ({ ports, unanswered = 0, capacityPorts }: Load): number =>
  unanswered === 0 ? ports : Math.max(ports, Math.min(ports + unanswered, capacityPorts));

export const utilisationOf = (load: Load): number => portsOf(load) / load.capacityPorts;

/** The first minute, in or shortly before the incident, that is most of the way from the calm to the peak. */
export function findOnset(loads: ReadonlyMap<Minute, Load>, startMinute: Minute, endMinute: Minute): Minute {
  const near = [...loads].filter(([minute]) => minute >= startMinute - BASELINE_MINUTES && minute <= endMinute);
  const most = near.reduce((max, [, load]) => Math.max(max, utilisationOf(load)), 0);
  const before = near.flatMap(([minute, load]) => (minute < startMinute ? [utilisationOf(load)] : []));
  const calm = usualShare(before.map((utilisation) => utilisation / most));
  const onset = (calm + ONSET_SHARE * (1 - calm)) * most;
  return Math.min(...near.filter(([, load]) => utilisationOf(load) >= onset).map(([minute]) => minute));
}

/** Of the peak, where a gateway is steadily rather full: it has most of the peak all along, and its calm all the same. */
function usualShare(before: readonly number[]): number {
  const isSteady = before.length >= FEWEST_USUAL && quantile(before, 0.75) - quantile(before, 0.25) < STEADY_WITHIN;
  const usual = isSteady ? median(before) : 0;
  return usual > LOWEST_USUAL && usual < HIGHEST_USUAL ? usual : 0;
}
