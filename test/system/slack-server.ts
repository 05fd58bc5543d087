import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What was posted to `chat.postMessage`, with the authorisation it came with. */
export type SlackCall = { readonly authorization: string; readonly body: Record<string, unknown> };

export type SlackServer = {
  readonly apiUrl: string;
  readonly calls: SlackCall[];
  /** What comes before an answer, or instead of it: a status other than 200. */
  trouble: (call: SlackCall) => Promise<number>;
  stop(): void;
};

/** Slack, as far as a bot that posts needs it: each message gets a timestamp, which names its thread. */
export async function startSlack(): Promise<SlackServer> {
  const calls: SlackCall[] = [];
  const answerTo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await json(request)) as Record<string, unknown>;
    const call = { authorization: String(request.headers.authorization), body };
    const status = await server.trouble(call);
    if (status !== 200) return void response.writeHead(status).end('{}');
    calls.push(call);
    const answer =
      request.url === '/api/chat.postMessage' ? { ok: true, ts: `1700000000.${calls.length}` } : { ok: false };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
  const listener = createServer((request, response) => void answerTo(request, response));
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  const { port } = listener.address() as AddressInfo;
  const server: SlackServer = {
    apiUrl: `http://127.0.0.1:${port}/api`,
    calls,
    trouble: async () => 200,
    stop: () => void listener.close(),
  };
  return server;
}
