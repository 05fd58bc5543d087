import type { NatMetrics, NatSeries } from '../../detect/nat-series.ts';
import type { RuledOut } from '../../finding/schema.ts';
import { type LookAlike, spanOf } from './look-alike.ts';

/** A NAT gateway scales to 100 Gbit/s and ten million packets/s (VPC user guide). */
const BYTES_PER_SECOND = 100e9 / 8;
const PACKETS_PER_SECOND = 10e6;
const NEAR = 0.9;

/** The gateway is at its bandwidth or packet rate and drops packets, while every connection finds a port. */
export const natBandwidth: LookAlike = ({ nats }) =>
  nats.flatMap((series) => [
    ...ruledOut(series, 'nat-bandwidth', 'bandwidth', (at) => (at.PeakBytesPerSecond ?? 0) >= NEAR * BYTES_PER_SECOND),
    ...ruledOut(
      series,
      'nat-packet-rate',
      'packet rate',
      (at) => (at.PeakPacketsPerSecond ?? 0) >= NEAR * PACKETS_PER_SECOND,
    ),
  ]);

function ruledOut(series: NatSeries, kind: string, limit: string, isNear: (at: NatMetrics) => boolean): RuledOut[] {
  const minutes = [...series.metrics]
    .filter(([, at]) => at.ErrorPortAllocation === 0 && isNear(at))
    .map(([minute]) => minute);
  if (minutes.length === 0) return [];
  const reason = `the gateway ran at its ${limit} limit in ${minutes.length} minutes while ErrorPortAllocation stayed 0: split the traffic over more gateways, more addresses do not help`;
  return [{ kind, reason, subject: series.natId, ...spanOf(minutes) }];
}
