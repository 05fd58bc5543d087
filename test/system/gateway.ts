import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { isAllowed, type Statement } from './iam.ts';
import type { Endpoints } from './provision.ts';
import { readSdkCall, type Need, type SdkCall } from './sdk-call.ts';

/** What happens to a call instead of, or before, reaching its service. */
export type Fault =
  | { readonly kind: 'none' }
  /** Runs before the call goes on, or instead of it when it returns false: how a function is killed between two calls. */
  | { readonly kind: 'before'; act(): boolean }
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  | { readonly kind: 'delay'; readonly milliseconds: number };

export type Gateway = {
  readonly endpoint: string;
  readonly calls: SdkCall[];
  /** Calls that the caller's role in the template does not allow. */
  readonly denied: { readonly caller: string; readonly need: Need }[];
  policyOf: (caller: string) => readonly Statement[];
  faultOf: (call: SdkCall, index: number) => Fault;
  stop(): void;
};

const NO_FAULT: Fault = { kind: 'none' };

/**
 * Stands between the functions and the emulators. Every call is recorded and checked against the caller's role as the
 * synthesised template has it; what that does not allow gets the 403 that AWS would give.
 */
export async function startGateway(endpoints: Endpoints): Promise<Gateway> {
  const server = createServer((request, response) => {
    pass(gateway, endpoints, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const gateway: Gateway = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    denied: [],
    policyOf: () => [],
    faultOf: () => NO_FAULT,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return gateway;
}

async function pass(gateway: Gateway, endpoints: Endpoints, request: IncomingMessage, response: ServerResponse) {
  const body = await buffer(request);
  const { method = 'GET', url: path = '/', headers } = request;
  const call = readSdkCall({ method, path, headers, body });
  const index = gateway.calls.push(call) - 1;
  const statements = gateway.policyOf(call.caller);
  const refused = call.needs.filter((need) => !isAllowed(statements, need));
  if (refused.length > 0) {
    gateway.denied.push(...refused.map((need) => ({ caller: call.caller, need })));
    return refuse(response, call, 403, 'AccessDeniedException');
  }
  const fault = gateway.faultOf(call, index);
  if (fault.kind === 'refuse') return refuse(response, call, fault.status, fault.code);
  if (fault.kind === 'before' && !fault.act()) return response.destroy();
  if (fault.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
  const target = call.operation.startsWith('dynamodb:') ? endpoints.dynamodb : endpoints.moto;
  return forward(new URL(path, target), { method, headers, body }, response, (status) =>
    mayTellOfAbsence(status, call, statements) ? status : 403,
  );
}

/** S3 tells a caller that may not list the bucket nothing about which objects are missing: 403 for 404. */
function mayTellOfAbsence(status: number, call: SdkCall, statements: readonly Statement[]): boolean {
  if (status !== 404 || call.operation !== 's3:GetObject') return true;
  const list = { action: 's3:ListBucket', resource: call.needs[0]?.resource.split('/')[0] ?? '' };
  call.needs.push(list);
  return isAllowed(statements, list);
}

type Outgoing = { readonly method: string; readonly headers: IncomingMessage['headers']; readonly body: Buffer };

function forward(
  url: URL,
  { method, headers, body }: Outgoing,
  response: ServerResponse,
  statusOf: (status: number) => number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
      const status = statusOf(answer.statusCode ?? 500);
      response.writeHead(status, status === answer.statusCode ? answer.headers : {});
      answer.pipe(response);
      answer.once('end', resolve);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** In the words of each service's own protocol: a client retries by the code that it reads there. */
function refuse(response: ServerResponse, call: SdkCall, status: number, code: string): void {
  const [service = ''] = call.operation.split(':');
  const { headers, body } = refusalOf(service, code, `${call.operation} was refused`);
  response.writeHead(status, headers).end(body);
}

function refusalOf(service: string, code: string, message: string) {
  const xml = (text: string) => ({ headers: { 'content-type': 'application/xml' }, body: text });
  switch (service) {
    case 's3':
      return xml(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
    case 'ec2':
      return xml(
        `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`,
      );
    case 'sns':
      return xml(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      );
    case 'monitoring': {
      const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
      return { headers, body: Buffer.concat([Buffer.of(0xa2), ...['__type', code, 'message', message].map(cborText)]) };
    }
    default: {
      const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code };
      return { headers, body: JSON.stringify({ __type: code, message }) };
    }
  }
}

/** A text of up to 255 bytes. */
const cborText = (text: string): Buffer => Buffer.concat([Buffer.of(0x78, Buffer.byteLength(text)), Buffer.from(text)]);
