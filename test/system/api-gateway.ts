import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An HTTP API with IAM authorisation in front of a Lambda function, as far as a caller can tell them apart. */
export type ApiGateway = {
  readonly endpoint: string;
  /** What was let in, and what was not, with why. */
  readonly passed: string[];
  readonly refused: string[];
  stop(): void;
};

export type Identity = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly arn: string;
};

type LambdaAnswer = {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
};
export type Handler = (event: unknown) => Promise<LambdaAnswer>;

const CLOCK_SKEW_LIMIT_MS = 5 * 60_000;

export async function startApiGateway(handler: Handler, identity: Identity, region: string): Promise<ApiGateway> {
  const passed: string[] = [];
  const refused: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const line = `${request.method} ${request.url}`;
    const trouble = troubleWith(request, body, identity, region);
    if (trouble !== null) {
      refused.push(`${line}: ${trouble}`);
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
      return;
    }
    passed.push(line);
    const said = await handler(eventOf(request, body, identity));
    response.writeHead(said.statusCode, said.headers);
    response.end(Buffer.from(said.body ?? '', said.isBase64Encoded ? 'base64' : 'utf8'));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, passed, refused, stop };
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** The signature worked out anew from what arrived, by the published rules (SigV4) and none of the signer's code. */
function troubleWith(
  { method = '', url = '/', headers }: IncomingMessage,
  body: Buffer,
  { accessKeyId, secretAccessKey, sessionToken }: Identity,
  region: string,
): string | null {
  const given = AUTHORIZATION.exec(headers.authorization ?? '');
  if (given === null) return 'no signature';
  const [, keyId, day = '', givenRegion = '', service = '', signedHeaders = '', signature = ''] = given;
  const time = String(headers['x-amz-date']);
  if (keyId !== accessKeyId) return 'an unknown access key';
  if (givenRegion !== region || service !== 'execute-api') return `signed for ${service} in ${givenRegion}`;
  if (headers['x-amz-security-token'] !== sessionToken) return 'another session token';
  if (!['host', 'x-amz-date', 'x-amz-security-token'].every((name) => signedHeaders.split(';').includes(name)))
    return `too little is signed: ${signedHeaders}`;
  if (time.slice(0, 8) !== day || Math.abs(Date.now() - instantOf(time)) > CLOCK_SKEW_LIMIT_MS)
    return `signed at ${time}`;
  const canonical = [
    method,
    ...targetOf(url),
    ...signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (from, part) => createHmac('sha256', from).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const expected = createHmac('sha256', key).update(toSign).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
    ? null
    : `another signature of ${JSON.stringify(canonical)}`;
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

const instantOf = (compact: string): number =>
  Date.parse(compact.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Canonical path and query of what is on the wire; a `+` there is a plus sign. */
function targetOf(url: string): [string, string] {
  const [path = '/', query = ''] = url.split('?');
  const pairs =
    query === '' ? [] : query.split('&').map((pair) => pair.split('=').map((part) => decodeURIComponent(part)));
  const spelled = pairs.map(([name = '', value = '']) => [encoded(name), encoded(value)] as const);
  const sorted = spelled.toSorted(([a, b], [c, d]) => (a === c ? (b < d ? -1 : 1) : a < c ? -1 : 1));
  return [path.split('/').map(encoded).join('/'), sorted.map(([name, value]) => `${name}=${value}`).join('&')];
}

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Payload format 2.0. */
function eventOf({ method = '', url = '/', headers }: IncomingMessage, body: Buffer, { arn }: Identity): unknown {
  const [rawPath = '/', rawQueryString = ''] = url.split('?');
  return {
    version: '2.0',
    routeKey: `${method} ${rawPath}`,
    rawPath,
    rawQueryString,
    headers,
    requestContext: {
      authorizer: { iam: { userArn: arn } },
      domainName: headers.host,
      http: { method, path: rawPath },
      stage: '$default',
    },
    ...(body.length > 0 && { body: body.toString() }),
    isBase64Encoded: false,
  };
}
