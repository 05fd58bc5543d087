import type { Truth } from '../../shared/core/simulate/truth.ts';

/** A world that does not do what its label says would make every figure a lie: the run ends there. */
export function contradictionOf(truth: Truth): string | null {
  const { verdict, incidents, otherPortFailures, highestUtilisation, alsoTrue } = truth;
  const measured = incidents.filter(({ layer }) => layer !== 'load-balancer');
  if (verdict === 'exhaustion' && measured.some(({ failedConnections }) => failedConnections === 0))
    return 'an exhaustion without a failed connection';
  if (
    verdict === 'pressure' &&
    measured.some(({ failedConnections, reached }) => failedConnections > 0 || !reached.warningAt)
  )
    return 'a pressure that failed or never reached 75 %';
  if ((verdict === 'calm' || verdict === 'look-alike') && (incidents.length > 0 || otherPortFailures > 0))
    return 'a calm world in which a port was missing';
  const early = incidents.find(
    ({ firstFailureAt, onsetAt }) => firstFailureAt !== null && Date.parse(firstFailureAt) < Date.parse(onsetAt),
  );
  if (early) return `a connection failed at ${early.firstFailureAt}, before the onset`;
  const limit = verdict === 'calm' ? CALM_BELOW : LOOK_ALIKE_BELOW;
  const mayPress = incidents.length > 0 || alsoTrue.some((kind) => kind.endsWith('pressure'));
  if (!mayPress && highestUtilisation >= limit) return `a ${verdict} world at ${highestUtilisation} of a budget`;
  return null;
}

/** What counts as pressure, and what as nearly full. */
const CALM_BELOW = 0.75;
/** A look-alike may touch pressure for a moment; the truth says when, and whoever says so then is right. */
const LOOK_ALIKE_BELOW = 0.9;
