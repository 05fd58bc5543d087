import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { cloudwatchClient } from '../clients.ts';

/** Requests to AWS in the caller's own name, for what runs on the caller's machine. */

export type Send = (request: Request) => Promise<Response>;

/** `service` is the name in the signature: `execute-api`, `cloudformation`. */
export type Sign = (service: string, request: Request) => Promise<Request>;

type Source = string | ArrayBuffer | ArrayBufferView;

class Sha256 {
  readonly #hash;
  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(part: Source): void {
    this.#hash.update(bytesOf(part));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('a hash is used once');
  }
}

const bytesOf = (source: Source): Uint8Array => {
  if (typeof source === 'string') return Buffer.from(source);
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
};

/** Credentials and region as every AWS tool finds them: environment, profile, single sign-on, role. */
export function createSign(): Sign {
  const { config } = cloudwatchClient();
  return async (service, request) => {
    const url = new URL(request.url);
    const query = queryOf(url);
    url.search = spelledAsSigned(query);
    const body = request.body === null ? '' : await request.text();
    const contentType = request.headers.get('content-type');
    const signer = new SignatureV4({
      service,
      region: config.region,
      credentials: config.credentials,
      sha256: Sha256,
    });
    const signed = await signer.sign({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: { host: url.host, ...(contentType !== null && { 'content-type': contentType }) },
      body,
    });
    // `fetch` sets Host itself, to the same value.
    const { host: _host, ...headers } = signed.headers;
    const ifNoneMatch = request.headers.get('if-none-match');
    return new Request(url, {
      method: request.method,
      headers: { ...headers, ...(ifNoneMatch !== null && { 'if-none-match': ifNoneMatch }) },
      ...(body !== '' && { body }),
    });
  };
}

/** A name that is given several times keeps all of its values: it is the API that refuses it. */
function queryOf({ searchParams }: URL): Record<string, string[]> {
  return Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]));
}

/** A page spells a space as `+`, which AWS takes for a plus sign; in the signature and on the way it is `%20`. */
const spelledAsSigned = (query: Record<string, string[]>): string =>
  Object.entries(query)
    .flatMap(([name, values]) => values.map((value) => `${percentEncoded(name)}=${percentEncoded(value)}`))
    .join('&');

const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
