import type { Finding, FindingActions, RuledOut } from '../client/api-client.ts';
import { sentences, SOURCE_NAMES, wordsOf } from '../logic/figures.ts';
import { Advice } from './advice.tsx';
import { Line, Passage } from './text.tsx';
import { Time } from './time.tsx';

export const EvidenceList = ({ evidence }: { evidence: Finding['evidence'] }) => (
  <ul class="plain">
    {evidence.map(({ source, detector, statement, at }) => (
      <li key={`${detector} ${at} ${statement}`}>
        <strong>{SOURCE_NAMES[source]}</strong>
        {at !== null && (
          <span class="quiet">
            {' '}
            <Time at={at} />
          </span>
        )}
        : <Line text={statement} limit={600} />{' '}
        <span class="quiet">
          (<Line text={detector} limit={80} />)
        </span>
      </li>
    ))}
  </ul>
);

/** Texts of our own and of others mixed, each on a line of its own. */
export const LineList = ({ lines }: { lines: readonly string[] }) => (
  <ul class="plain">
    {lines.map((line) => (
      <li key={line}>
        <Line text={line} limit={600} />
      </li>
    ))}
  </ul>
);

export const ActionList = ({ actions }: { actions: FindingActions['actions'] }) => (
  <ul class="plain">
    {actions.map(({ action, at, by, reason, until }) => (
      <li key={`${at} ${action}`}>
        <Time at={at} />: <Line text={by} limit={120} /> {ACTION_NAMES[action]}
        {until !== null && (
          <>
            {' until '}
            <Time at={until} />
          </>
        )}
        : <Line text={reason} limit={1_000} />
      </li>
    ))}
  </ul>
);

const ACTION_NAMES = { acknowledge: 'acknowledged it', suppress: 'suppressed it', resolve: 'resolved it' } as const;

export const RuledOutList = ({ ruledOut }: { ruledOut: readonly RuledOut[] }) => (
  <ul class="plain">
    {ruledOut.map(({ kind, subject, reason, lastSeenAt }) => (
      <li key={`${kind} ${subject} ${reason}`}>
        <strong>
          <Line text={wordsOf(kind)} limit={80} />
        </strong>{' '}
        at <Line text={subject} limit={80} />: <Line text={reason} limit={600} />
        {lastSeenAt !== null && (
          <span class="quiet">
            {' '}
            (<Time at={lastSeenAt} />)
          </span>
        )}
      </li>
    ))}
  </ul>
);

export const Samples = ({ samples }: { samples: readonly string[] }) => (
  <>
    {samples.map((sample, index) => (
      <Passage key={`${index} ${sample.slice(0, 40)}`} text={sample} />
    ))}
  </>
);

type RecommendationListProps = { recommendations: Finding['recommendations']; start: number };

export const RecommendationList = ({ recommendations, start }: RecommendationListProps) => (
  <ol class="recommendations" start={start}>
    {recommendations.map(({ action, detail, expectedEffect, preconditions, sideEffects }) => (
      <li key={`${action} ${detail}`}>
        <h3>
          <Line text={wordsOf(action)} />
        </h3>
        <Advice detail={detail} expectedEffect={expectedEffect} />
        {preconditions.length > 0 && (
          <p class="quiet">
            <strong>Only if:</strong> <Line text={sentences(preconditions)} limit={600} />
          </p>
        )}
        {sideEffects.length > 0 && (
          <p class="quiet">
            <strong>Mind:</strong> <Line text={sentences(sideEffects)} limit={600} />
          </p>
        )}
      </li>
    ))}
  </ol>
);
