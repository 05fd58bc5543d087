import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/query-findings/handler.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import { boringFinding } from '../contract/boring.ts';
import { boringSummary } from '../contract/boring-summary.ts';
import { startApiGateway, type ApiGateway, type Handler } from './api-gateway.ts';
import { startMoto, type Emulator } from './emulators.ts';

/** `freeport serve --stack`, run as a person runs it, against a stack in an emulator and an API that checks signatures. */

const REGION = 'eu-west-1';
const IDENTITY = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'a-session',
  arn: 'arn:aws:sts::123456789012:assumed-role/on-call/erin',
};
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const AWKWARD_SOURCE = "/ecs/orders web+1 (a*b)'s 漢!";

const store = openStore(':memory:');
const children: ChildProcess[] = [];
let moto: Emulator;
let api: ApiGateway;

beforeAll(async () => {
  const [source] = boringFinding().sources;
  if (source === undefined) throw new Error('the boring finding has a source');
  await store.findings.save(
    [boringFinding(), boringFinding({ id: 'fp:odd.1', sources: [{ ...source, logSource: AWKWARD_SOURCE }] })],
    [],
  );
  await store.summaries.put(boringSummary());
  const log = { error: (_message: string, error: unknown) => console.error(error) } as never;
  const clock = { nowMs: () => Date.now() };
  const handler = createHandler({ findings: store.findings, summaries: store.summaries, clock, log });
  api = await startApiGateway(handler as unknown as Handler, IDENTITY, REGION);
  moto = await startMoto();
  await createStack('Freeport', 'https://abc123.execute-api.eu-west-1.amazonaws.com');
  await createStack('Elsewhere', 'https://example.com');
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGINT');
});

afterAll(() => {
  moto?.stop();
  api?.stop();
  store.close();
});

/** A stack with an output such as the synthesised one has. */
async function createStack(name: string, output: string): Promise<void> {
  const template = {
    Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
    Outputs: { TopicName: { Value: 'topic' }, ApiAddress: { Value: output } },
  };
  const form = {
    Action: 'CreateStack',
    Version: '2010-05-15',
    StackName: name,
    TemplateBody: JSON.stringify(template),
  };
  const credential = `AKID/20260101/${REGION}/cloudformation/aws4_request`;
  const answer = await fetch(moto.endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams(form),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

type Started = { readonly url: URL; readonly token: string };

/** The first line of the command, or all that it said when it ended instead. */
async function serve(stack: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn(process.execPath, ['cli/freeport.mjs', 'serve', '--stack', stack, '--port', '0'], {
    cwd: ROOT,
    env: {
      ...process.env,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: IDENTITY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: IDENTITY.secretAccessKey,
      AWS_SESSION_TOKEN: IDENTITY.sessionToken,
      AWS_ENDPOINT_URL_CLOUDFORMATION: moto.endpoint,
      AWS_ENDPOINT_URL_EXECUTE_API: api.endpoint,
      ...environment,
    },
  });
  children.push(child);
  const errors: string[] = [];
  child.stderr?.on('data', (bytes: Buffer) => errors.push(bytes.toString()));
  for await (const line of createInterface({ input: child.stdout })) return line;
  return errors.join('');
}

async function start(environment: Readonly<Record<string, string>> = {}): Promise<Started> {
  const line = await serve('Freeport', environment);
  const [, origin, token] = /(http:\/\/127\.0\.0\.1:\d+\/)#token=([\w-]{16,})/.exec(line) ?? [];
  if (origin === undefined || token === undefined) throw new Error(`it did not start: ${line}`);
  return { url: new URL(origin), token };
}

const ask = ({ url, token }: Started, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(new URL(path, url), { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });

describe('freeport serve --stack', () => {
  it('serves the page, and the API to nobody without the token', async () => {
    const { url } = await start();
    expect(await (await fetch(url)).text()).toContain('/console.js');
    const before = api.passed.length + api.refused.length;
    for (const path of ['findings', 'findings/finding-1', 'health'])
      expect((await fetch(new URL(path, url))).status, path).toBe(401);
    expect(api.passed.length + api.refused.length, 'nothing reaches AWS').toBe(before);
  });

  it('asks the deployed API with the caller’s signature, whatever is in the path and the query', async () => {
    const served = await start();
    const idsOf = async (path: string): Promise<string[]> => {
      const response = await ask(served, path);
      expect(response.status, path).toBe(200);
      return ((await response.json()) as { findings: { id: string }[] }).findings.map(({ id }) => id);
    };
    expect(await idsOf('findings')).toEqual(['finding-1', 'fp:odd.1']);
    expect(await idsOf('findings?destination=198.51.100.7%3A443&limit=1&status=open')).toEqual(['finding-1']);
    for (const source of [
      encodeURIComponent(AWKWARD_SOURCE),
      new URLSearchParams([['', AWKWARD_SOURCE]]).toString().slice(1),
    ])
      expect(await idsOf(`findings?source=${source}`), source).toEqual(['fp:odd.1']);
    for (const path of ['findings/fp%3Aodd.1', 'findings/fp:odd.1'])
      expect(await (await ask(served, path)).json()).toMatchObject({ id: 'fp:odd.1' });
    expect(await (await ask(served, 'health')).json()).toMatchObject({ status: 'ok' });
    expect(await (await ask(served, 'openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
    expect(api.refused).toEqual([]);
  });

  it('hands errors and ETags through', async () => {
    const served = await start();
    const missing = await ask(served, 'findings/none');
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect((await ask(served, 'findings?limit=1&limit=2')).status).toBe(400);
    const first = await ask(served, 'findings/finding-1');
    const etag = first.headers.get('etag') ?? '';
    const again = await ask(served, 'findings/finding-1', { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(api.refused).toEqual([]);
  });

  it('records what a person does under the identity that AWS verified', async () => {
    const served = await start();
    const response = await ask(served, 'findings/finding-1/acknowledge', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'on it – 漢字' }),
    });
    expect(await response.json()).toMatchObject({ status: 'acknowledged' });
    expect(await store.findings.actions()).toMatchObject([{ by: IDENTITY.arn, reason: 'on it – 漢字' }]);
  });

  it('says what AWS says of credentials that may not ask', async () => {
    const served = await start({ AWS_SECRET_ACCESS_KEY: 'another' });
    const response = await ask(served, 'findings');
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('AWS says: Forbidden') });
    expect(api.refused.at(-1)).toMatch(/^GET \/findings: another signature/);
    api.refused.length = 0;
  });

  it('says so when there is no such stack, or none with a query API', async () => {
    expect(await serve('Nowhere')).toMatch(/stack Nowhere: Stack with id Nowhere does not exist/);
    expect(await serve('Elsewhere')).toMatch(/has no output with the address of a query API/);
  });
});
