import type { Finding } from '../client/api-client.ts';
import {
  countText,
  destinationText,
  impactText,
  LAYER_NAMES,
  percentIntervalText,
  percentText,
  sourceText,
} from '../logic/figures.ts';
import { Fact } from './badges.tsx';
import { Line } from './text.tsx';
import { Time } from './time.tsx';

/** In the order of every rendering: where and how bad, what it cost or when, towards what, from whom, the numbers, the times. */
export function FindingFacts({ finding }: { finding: Finding }) {
  const { etaAt, destination, destinations, peakUtilisation, capacityPorts } = finding;
  const [source] = finding.sources;
  return (
    <dl class="facts">
      <Fact name={LAYER_NAMES[finding.layer]}>
        <Line text={finding.resource?.id ?? finding.subject.id} limit={120} />
      </Fact>
      <Fact name="Peak utilisation">
        {peakUtilisation === null ? 'not known' : percentIntervalText(peakUtilisation)}
        <span class="quiet block">
          {capacityPorts !== null && `of ${countText(capacityPorts)} ports: `}
          <Line text={finding.capacityBasis} />
          {finding.capacityAssumed && ' (assumed)'}
        </span>
      </Fact>
      <Fact name="Impact">{impactText(finding)}</Fact>
      {etaAt && (
        <Fact name="Ports run out between">
          <Time at={etaAt.low} /> and <Time at={etaAt.high} />
        </Fact>
      )}
      {destination && (
        <Fact name="Towards">
          <Line text={destinations[0]?.hostNames[0] ?? destinationText(destination)} limit={120} />
          {destinations[0]?.hostNames[0] !== undefined && (
            <span class="quiet block">
              <Line text={destinationText(destination)} limit={120} />
            </span>
          )}
        </Fact>
      )}
      {source && (
        <Fact name="Largest source">
          <Line text={sourceText(source)} limit={120} /> <span class="quiet">{percentText(source.share)}</span>
          {source.owner !== null && source.address !== null && (
            <span class="quiet block">
              <Line text={source.address} />
            </span>
          )}
        </Fact>
      )}
      <Times finding={finding} />
    </dl>
  );
}

function Times({ finding }: { finding: Finding }) {
  const times = [
    ['First seen', finding.firstSeenAt],
    ['First failure', finding.firstFailureAt],
    ['Came back', finding.reopenedAt ?? null],
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
