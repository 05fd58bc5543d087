import type { Finding } from '../../shared/core/finding/schema.ts';
import { FINDING_KINDS, SEVERITIES } from '../../shared/core/finding/schema.ts';
import { boringFinding, isoAfterTen } from '../../test/contract/boring.ts';

/** Findings `first` to `end` (not included) of a long history: a minute apart, most of them over, each with its picture. */

const TIMELINE_MINUTES = 20;
const DESTINATIONS = 500;

export const storedFindings = (first: number, end: number): Finding[] =>
  Array.from({ length: end - first }, (_, offset) => storedFinding(first + offset));

function storedFinding(index: number): Finding {
  const address = `198.51.${Math.floor((index % DESTINATIONS) / 250)}.${index % 250}`;
  const kind = FINDING_KINDS[index % FINDING_KINDS.length] ?? 'nat-port-exhaustion';
  const plain = boringFinding();
  return boringFinding({
    id: `fp-${index}`,
    kind,
    layer: kind.startsWith('nat') ? 'nat' : kind.startsWith('nlb') ? 'load-balancer' : 'host',
    severity: SEVERITIES[index % SEVERITIES.length] ?? 'low',
    status: index % 1_000 === 0 ? 'open' : 'resolved',
    destinations: plain.destinations.map((destination) => ({ ...destination, address })),
    destination: { address, port: 443, protocol: 6 },
    firstSeenAt: isoAfterTen(index - TIMELINE_MINUTES),
    lastSeenAt: isoAfterTen(index),
    timeline: Array.from({ length: TIMELINE_MINUTES }, (_, minute) => ({
      at: isoAfterTen(index - TIMELINE_MINUTES + minute),
      portsInUse: { low: 40_000 + minute, high: 50_000 + minute },
      utilisation: { low: 0.75, high: 0.92 },
      capacityPorts: 55_000,
      opens: 900,
      failures: { low: 0, high: 12 },
      allocationErrors: 3,
      logErrors: null,
    })),
  });
}
