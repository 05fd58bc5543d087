import type { Finding } from '../client/api-client.ts';
import {
  countText,
  destinationText,
  intervalText,
  percentIntervalText,
  percentText,
  sourceText,
} from '../logic/figures.ts';
import { Fact } from './badges.tsx';
import { Line } from './text.tsx';
import { Time } from './time.tsx';

/** In the order of every rendering: when it fills or what it cost, towards what, from whom, the numbers, the times. */
export function FindingFacts({ finding }: { finding: Finding }) {
  const { etaAt, destination, destinations, peakUtilisation, capacityPorts } = finding;
  const [source] = finding.sources;
  return (
    <dl class="facts">
      {etaAt && (
        <Fact name="Full between">
          <Time at={etaAt.low} /> and <Time at={etaAt.high} />
        </Fact>
      )}
      <Fact name="Failed connections">{failuresText(destinations)}</Fact>
      {destination && (
        <Fact name="Towards">
          <Line text={destinations[0]?.hostNames[0] ?? destinationText(destination)} limit={120} />
        </Fact>
      )}
      {source && (
        <Fact name="Largest source">
          <Line text={sourceText(source)} limit={120} /> <span class="quiet">{percentText(source.share)}</span>
        </Fact>
      )}
      <Fact name="Peak utilisation">{peakUtilisation === null ? 'unknown' : percentIntervalText(peakUtilisation)}</Fact>
      <Fact name={finding.capacityAssumed ? 'Capacity (assumed)' : 'Capacity'}>
        {capacityPorts === null ? 'unknown' : `${countText(capacityPorts)} ports`}
        <span class="quiet block">
          <Line text={finding.capacityBasis} />
        </span>
      </Fact>
      <Times finding={finding} />
      <Fact name="About">
        <Line text={finding.resource?.id ?? finding.subject.id} limit={120} />
      </Fact>
    </dl>
  );
}

function Times({ finding }: { finding: Finding }) {
  const times = [
    ['First seen', finding.firstSeenAt],
    ['First failure', finding.firstFailureAt],
    ['Last seen', finding.lastSeenAt],
    ['Resolved', finding.resolvedAt],
    ['Suppressed until', finding.suppressedUntil],
  ] as const;
  return (
    <>
      {times.map(([name, at]) =>
        at === null ? null : (
          <Fact key={name} name={name}>
            <Time at={at} />
          </Fact>
        ),
      )}
    </>
  );
}

function failuresText(destinations: Finding['destinations']): string {
  const sum = (of: 'low' | 'high'): number => destinations.reduce((total, { failures }) => total + failures[of], 0);
  return destinations.length === 0 ? 'unknown' : intervalText({ low: sum('low'), high: sum('high') });
}
