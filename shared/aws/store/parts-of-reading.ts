import { createHash } from 'node:crypto';
import { PART_VERSION, type Part } from '../../core/model/part.ts';
import type { Reading } from '../../core/model/reading.ts';

export type InputIdentity = {
  /** What tells this input from every other, and is the same when it is delivered again. */
  readonly identity: readonly string[];
  /** Where it came from, for people. */
  readonly input: string;
};

/** One part per scope that the input speaks about. The id derives from the input, so a redelivery overwrites itself. */
export function partsOfReading(reading: Reading, { identity, input }: InputIdentity): Part[] {
  const { source, fields } = reading;
  if (source === 'inventory') return [];
  const speaking = reading.scopes.filter(({ observations }) => observations.length > 0);
  return speaking.map(({ scope, observations }) => ({
    version: PART_VERSION,
    id: createHash('sha256')
      .update(JSON.stringify([...identity, scope]))
      .digest('hex')
      .slice(0, 32),
    source,
    scope,
    input,
    fields,
    observations,
  }));
}
