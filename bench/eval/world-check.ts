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
  const mayPress = incidents.length > 0 || alsoTrue.some((kind) => kind.endsWith('pressure'));
  if (!mayPress && highestUtilisation >= 0.75) return `a calm world at ${highestUtilisation} of a budget`;
  return null;
}
