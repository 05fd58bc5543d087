import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSign } from '../../../shared/aws/stack/sign-request.ts';
import { createStackApi, findStackApi } from '../../../shared/aws/stack/stack-api.ts';

const API = 'https://abc123.execute-api.eu-west-1.amazonaws.com';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY');
  vi.stubEnv('AWS_SESSION_TOKEN', 'a-session');
});
afterEach(() => vi.unstubAllEnvs());

/** Keeps what was sent and answers with `answer`. */
function recorder(answer: (request: Request) => Response) {
  const sent: Request[] = [];
  return {
    sent,
    send: async (request: Request) => {
      sent.push(request);
      return answer(request);
    },
  };
}

describe('findStackApi', () => {
  const stacks = (...values: string[]) =>
    `<DescribeStacksResponse>${values.map((value) => `<OutputValue>${value}</OutputValue>`).join('')}</DescribeStacksResponse>`;

  it('asks CloudFormation, signed, and takes the output that is an API', async () => {
    const { sent, send } = recorder(() => new Response(stacks('arn:aws:s3:::x', API)));
    expect((await findStackApi('Freeport', createSign(), send)).href).toBe(`${API}/`);
    expect(sent[0]?.url).toBe(
      'https://cloudformation.eu-west-1.amazonaws.com/?Action=DescribeStacks&StackName=Freeport&Version=2010-05-15',
    );
    expect(sent[0]?.headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/cloudformation\/aws4_request, SignedHeaders=.*host/,
    );
  });

  it('says what CloudFormation says, and when there is no API', async () => {
    const refusal = '<ErrorResponse><Message>Stack with id x does not exist</Message></ErrorResponse>';
    const refused = recorder(() => new Response(refusal, { status: 400 }));
    await expect(findStackApi('x', createSign(), refused.send)).rejects.toThrow('does not exist');
    const other = recorder(
      () => new Response(stacks('https://evil.example.com', 'https://x.execute-api.y.amazonaws.com.evil.com')),
    );
    await expect(findStackApi('x', createSign(), other.send)).rejects.toThrow('no output');
  });
});

describe('createStackApi', () => {
  it('passes path, query, body and ETag on, signed, and nothing else of the request', async () => {
    const { sent, send } = recorder(
      () => new Response('{}', { headers: { 'content-type': 'application/json', etag: '"1"' } }),
    );
    const api = createStackApi(new URL(API), createSign(), send);
    const response = await api(
      new Request('http://127.0.0.1:1/findings?destination=a%26b&limit=2', {
        headers: { authorization: 'Bearer token', cookie: 'a=b', 'if-none-match': '"0"' },
      }),
    );
    expect(sent[0]?.url).toBe(`${API}/findings?destination=a%26b&limit=2`);
    expect(sent[0]?.headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/.*\/execute-api\//,
    );
    expect(sent[0]?.headers.get('x-amz-security-token')).toBe('a-session');
    expect(sent[0]?.headers.get('if-none-match')).toBe('"0"');
    expect(sent[0]?.headers.has('cookie')).toBe(false);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'private, no-cache',
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      etag: '"1"',
    });
  });

  it('spells a query as it is signed, each value of a name kept', async () => {
    const { sent, send } = recorder(() => Response.json({}));
    const api = createStackApi(new URL(API), createSign(), send);
    await api(new Request('http://127.0.0.1:1/findings?source=a+b%2Bc&limit=1&limit=2'));
    expect(sent[0]?.url).toBe(`${API}/findings?source=a%20b%2Bc&limit=1&limit=2`);
  });

  it('gives what AWS says of a refusal in the form of the API', async () => {
    const { send } = recorder(() => Response.json({ message: 'The security token is expired' }, { status: 403 }));
    const response = await createStackApi(new URL(API), createSign(), send)(new Request('http://127.0.0.1:1/health'));
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('The security token is expired') });
  });

  it('signs the body of an act', async () => {
    const { sent, send } = recorder(() => Response.json({}));
    const body = JSON.stringify({ reason: 'known – 漢字' });
    const headers = { 'content-type': 'application/json' };
    await createStackApi(
      new URL(API),
      createSign(),
      send,
    )(new Request('http://127.0.0.1:1/findings/fp-1/resolve', { method: 'POST', headers, body }));
    expect(await sent[0]?.text()).toBe(body);
    expect(sent[0]?.headers.get('x-amz-content-sha256') ?? 'signed').toMatch(/signed|^[0-9a-f]{64}$/);
    expect(sent[0]?.headers.get('authorization')).toContain('SignedHeaders=content-type;host');
  });

  it('gives a 304 as it is', async () => {
    const { send } = recorder(() => new Response(null, { status: 304, headers: { etag: '"1"' } }));
    const response = await createStackApi(new URL(API), createSign(), send)(new Request('http://127.0.0.1:1/health'));
    expect(response.status).toBe(304);
  });
});
