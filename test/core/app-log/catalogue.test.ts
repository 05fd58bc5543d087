import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../shared/core/app-log/catalogue.ts';
import { classifyText } from '../../../shared/core/app-log/classify.ts';
import { ALL_NEEDLES, needlesOf } from '../../../shared/core/app-log/match-signature.ts';
import { CERTAIN } from '../../../shared/core/app-log/signature.ts';

const signatures = CATALOGUE.flatMap((family) => family.signatures);

it('gives every signature its own id, a source and an example', () => {
  expect(new Set(signatures.map(({ id }) => id)).size).toBe(signatures.length);
  expect(signatures.filter(({ source, examples }) => source === '' || examples.length === 0)).toEqual([]);
});

it('calls no EADDRNOTAVAIL certain: the same words come from plain mistakes', () => {
  const certain = signatures.filter(
    ({ failure, verdict, certainty }) =>
      certainty >= CERTAIN && verdict === 'connect-exhaustion' && failure === 'unavailable',
  );
  expect(certain).toEqual([]);
});

describe.each(signatures)('$id', (signature) => {
  it.each(signature.examples)('recognises %j', (text) => {
    const found = classifyText(text);
    expect(found).toMatchObject({ signature: signature.id, verdict: signature.verdict });
    expect(found.certainty).toBe(signature.certainty);
  });

  it.each(signature.examples)('is found by a needle in %j', (text) => {
    expect(needlesOf(signature).some((needle) => text.toLowerCase().includes(needle))).toBe(true);
    expect(needlesOf(signature).every((needle) => ALL_NEEDLES.includes(needle))).toBe(true);
  });
});

describe('look-alikes', () => {
  it.each(CATALOGUE.flatMap((family) => family.lookAlikes))('does not take %j for exhaustion', (text) => {
    expect(classifyText(text).verdict).not.toBe('connect-exhaustion');
  });
});
