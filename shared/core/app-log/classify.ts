import { cleanText, piecesAround } from './clean-text.ts';
import { findDestination, findLocalAddress } from './find-destination.ts';
import { judgeLookAlike } from './judge-look-alike.ts';
import { ALL_NEEDLES, matchSignature } from './match-signature.ts';
import { parseJsonObject, readJsonEvent } from './read-json-event.ts';
import type { Classification } from './signature.ts';

/**
 * What one log event says: a line, a trace of many lines, or a JSON object. Never throws, and takes a time bounded by
 * the text's length. `verdict` is `other` with no signature when the catalogue has nothing to say.
 */
export function classifyText(text: string): Classification {
  const record = parseJsonObject(text);
  if (!record) return classifyPlain(text);
  const event = readJsonEvent(record);
  const found = classifyPlain(event.text);
  return event.destination === null ? found : { ...found, destination: event.destination };
}

function classifyPlain(raw: string): Classification {
  const text = cleanText(piecesAround(raw, ALL_NEEDLES));
  const match = matchSignature(text);
  const destination = match?.signature.verdict === 'bind-misconfig' ? null : findDestination(text);
  const localAddress = match ? findLocalAddress(text) : null;
  if (!match) return { verdict: 'other', certainty: 0, signature: null, runtime: null, destination, localAddress };
  const { signature, runtime } = match;
  const doubt = judgeLookAlike(signature, text, destination);
  if (doubt)
    return {
      verdict: 'connect-misconfig',
      certainty: doubt.certainty,
      signature: `${signature.id}.${doubt.suffix}`,
      runtime,
      destination,
      localAddress,
    };
  const { verdict, certainty, id } = signature;
  return { verdict, certainty, signature: id, runtime, destination, localAddress };
}
