import { destinationKey } from '../model/destination.ts';
import type { Finding } from './schema.ts';

/**
 * A source whose ports are forecast to run out, where the NAT gateway on its way runs out first: what the gateway can
 * carry keeps the source from ever being full, so the forecast is the gateway's finding told twice. Only forecasts
 * are shadowed; a source that is seen to be full, or fails, has a finding of its own.
 */
export function dropShadowed(findings: readonly Finding[]): Finding[] {
  const atGateways = findings.filter((finding) => finding.layer === 'nat');
  return findings.filter((finding) => !isForecastOnly(finding) || !atGateways.some((nat) => shadows(nat, finding)));
}

const isForecastOnly = ({ layer, evidence }: Finding): boolean =>
  layer === 'host' && evidence.every(({ detector }) => detector === 'host-port-forecast');

function shadows(nat: Finding, host: Finding): boolean {
  const isSame =
    nat.destination !== null &&
    host.destination !== null &&
    destinationKey(nat.destination) === destinationKey(host.destination) &&
    nat.sources.some(({ address }) => address === host.subject.id) &&
    nat.firstSeenAt <= host.lastSeenAt &&
    host.firstSeenAt <= nat.lastSeenAt;
  if (!isSame) return false;
  if (nat.kind === 'nat-port-exhaustion') return true;
  return nat.kind === 'nat-port-pressure' && (nat.peakUtilisation?.high ?? 0) >= (host.peakUtilisation?.high ?? 0);
}
