import { expect, it } from 'vitest';
import { apiClient } from '../../console/client/api-client.ts';
import { clientSource } from '../../console/client/generate-client.ts';
import { openapiDocument } from '../../shared/api/openapi.ts';

it('is the client in the console', async () => {
  await expect(clientSource(openapiDocument())).toMatchFileSnapshot('../../console/client/api-client.ts');
});

it('sends what the document says', async () => {
  const sent: unknown[] = [];
  const client = apiClient(async (...request) => {
    sent.push(request);
    return {};
  });
  await client.listFindings({ status: 'open', limit: 5, destination: 'a&b=c' });
  await client.listFindings();
  await client.getFinding('a/b');
  await client.suppressFinding('f', { reason: 'known', until: '2026-01-01T00:00:00Z' });
  expect(sent).toEqual([
    ['GET', '/findings?status=open&limit=5&destination=a%26b%3Dc'],
    ['GET', '/findings'],
    ['GET', '/findings/a%2Fb'],
    ['POST', '/findings/f/suppress', { reason: 'known', until: '2026-01-01T00:00:00Z' }],
  ]);
});
