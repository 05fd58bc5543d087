import { rangeSize } from '../../shared/core/model/observation.ts';
import type { HOST_EXIT } from '../exit-codes.ts';
import type { HostSnapshot } from './read-host.ts';

export type HostVerdict = Exclude<keyof typeof HOST_EXIT, 'unknown'>;

/** Ports in use towards the fullest destination, as a part (0–1) of the local range. */
export function fullestUtilisation({ usage, localRange }: HostSnapshot): number {
  return (usage[0]?.portsInUse ?? 0) / rangeSize(localRange);
}

/** Thresholds are parts (0–1) of the local range. */
export function judgeHost(
  snapshot: HostSnapshot,
  thresholds: { readonly warning: number; readonly critical: number },
): HostVerdict {
  const utilisation = fullestUtilisation(snapshot);
  if (utilisation >= thresholds.critical) return 'critical';
  return utilisation >= thresholds.warning ? 'warning' : 'ok';
}
