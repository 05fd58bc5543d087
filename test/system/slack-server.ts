import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What was posted to `chat.postMessage`, with the authorisation it came with. */
export type SlackCall = { readonly authorization: string; readonly body: Record<string, unknown> };

export type SlackServer = { readonly apiUrl: string; readonly calls: SlackCall[]; stop(): void };

/** Slack, as far as a bot that posts needs it: each message gets a timestamp, which names its thread. */
export async function startSlack(): Promise<SlackServer> {
  const calls: SlackCall[] = [];
  const answerTo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await json(request)) as Record<string, unknown>;
    calls.push({ authorization: String(request.headers.authorization), body });
    const answer =
      request.url === '/api/chat.postMessage' ? { ok: true, ts: `1700000000.${calls.length}` } : { ok: false };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
  const server = createServer((request, response) => void answerTo(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { apiUrl: `http://127.0.0.1:${port}/api`, calls, stop: () => void server.close() };
}
