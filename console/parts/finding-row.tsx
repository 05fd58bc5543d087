import { useMemo } from 'preact/hooks';
import type { Finding } from '../client/api-client.ts';
import {
  destinationText,
  impactText,
  LAYER_NAMES,
  percentIntervalText,
  sourceText,
  wordsOf,
} from '../logic/figures.ts';
import { hasHeat, heatWindow, type HeatMinute } from '../logic/heat.ts';
import { isOver } from '../logic/severity.ts';
import { findingHash } from '../logic/route.ts';
import { SeverityBadge, StatusBadge } from './badges.tsx';
import { HeatAxis, HeatStrip } from './heat-strip.tsx';
import { Line } from './text.tsx';
import { Ago, Time } from './time.tsx';

/** A minute in which logs say that connecting failed is one of failures, whatever the flows know. */
const heatMinutesOf = (timeline: Finding['timeline']): HeatMinute[] =>
  timeline.map(({ at, utilisation, failures, logErrors }) => ({
    at,
    utilisation,
    failures: failures ?? (logErrors === null ? null : { low: logErrors, high: logErrors }),
  }));

/** One finding in a list: where and how bad, towards what, from whom, since when. */
export function FindingRow({ finding }: { finding: Finding }) {
  const { destination, sources, peakUtilisation, timeline, recommendations } = finding;
  const source = sources[0];
  const minutes = useMemo(() => heatMinutesOf(timeline), [timeline]);
  return (
    <article class={`finding-row edge-${finding.severity}`}>
      <p class="row-head">
        <SeverityBadge severity={finding.severity} /> <StatusBadge status={finding.status} />
        <span class="quiet">
          {LAYER_NAMES[finding.layer]} · since <Time at={finding.firstSeenAt} /> · last seen{' '}
          <Ago at={finding.lastSeenAt} />
        </span>
      </p>
      <h2>
        <a href={findingHash(finding.id)} data-row>
          <Line text={finding.title} />
        </a>
      </h2>
      {hasHeat(minutes) && (
        <div class="row-strip">
          <HeatStrip minutes={minutes} name="Utilisation" />
          <HeatAxis window={heatWindow([minutes])} />
        </div>
      )}
      <p>
        {impactText(finding)}
        {destination && (
          <>
            {' '}
            · to <Line text={destinationText(destination)} limit={120} />
          </>
        )}
        {source && (
          <>
            {' '}
            from <Line text={sourceText(source)} limit={120} />
          </>
        )}
        {peakUtilisation && ` · peak ${percentIntervalText(peakUtilisation)}`}
      </p>
      {recommendations[0] !== undefined && !isOver(finding) && (
        <p>
          <strong>Do this first:</strong> <Line text={wordsOf(recommendations[0].action)} limit={120} />
        </p>
      )}
    </article>
  );
}
