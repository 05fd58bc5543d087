import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** Where CloudFormation waits for the answer of a custom resource. */
export async function startStackEndpoint(answers: unknown[]): Promise<{ readonly url: string; stop(): void }> {
  const answerTo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    answers.push(await json(request));
    response.writeHead(200).end();
  };
  const server = createServer((request, response) => void answerTo(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/answer`, stop: () => void server.close() };
}
