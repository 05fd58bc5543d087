import { expect, it } from 'vitest';
import { OTHER_LIMITS } from '../../../shared/core/app-log/catalogue/other-limits.ts';
import { classifyText } from '../../../shared/core/app-log/classify.ts';

it.each(OTHER_LIMITS.lookAlikes)('%j is none of the other limits', (text) => {
  expect(classifyText(text).verdict).toBe('other');
});

it.each([
  ['HikariPool-1 - Connection is not available, request timed out after 5000ms.', 'pool-exhausted'],
  [
    'HikariPool-1 - Connection is not available, request timed out after 5000ms.\nCaused by: java.net.ConnectException: Cannot assign requested address (connect failed)',
    'connect-exhaustion',
  ],
  [
    'QueuePool limit of size 5 overflow 10 reached\nconnection to server at "192.0.2.7", port 5432 failed: Connection timed out',
    'nat-timeout-suspect',
  ],
  ['getaddrinfo EAI_AGAIN db.internal, then connect EADDRNOTAVAIL 192.0.2.7:5432', 'connect-exhaustion'],
])('whatever else an event says of connecting tells more: %j', (text, verdict) => {
  expect(classifyText(text).verdict).toBe(verdict);
});
