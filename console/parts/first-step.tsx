import type { Finding } from '../client/api-client.ts';
import { sentences, wordsOf } from '../logic/figures.ts';
import { Advice } from './advice.tsx';
import { Line } from './text.tsx';

/** The one thing to do before all others, where an eye that has no time falls on it. */
export function FirstStep({ recommendations }: { recommendations: Finding['recommendations'] }) {
  const [first] = recommendations;
  if (first === undefined) return null;
  const { action, detail, expectedEffect, preconditions, sideEffects } = first;
  return (
    <section class="first-step" aria-labelledby="first-step">
      <h2 id="first-step">
        Do this first: <Line text={wordsOf(action)} limit={120} />
      </h2>
      <Advice detail={detail} expectedEffect={expectedEffect} />
      <p class="quiet">
        {preconditions.length > 0 && (
          <>
            <strong>Only if:</strong> <Line text={sentences(preconditions)} limit={600} />{' '}
          </>
        )}
        {sideEffects.length > 0 && (
          <>
            <strong>Mind:</strong> <Line text={sentences(sideEffects)} limit={600} />
          </>
        )}
      </p>
    </section>
  );
}
