import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_PORT, startServer, type Served } from '../../shared/local/serve/serve.ts';
import { DEFAULT_STORE, requireStore } from '../default-store.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { UserError } from '../user-error.ts';

type Flags = { readonly store: string; readonly stack?: string; readonly port: number; readonly token?: true };

const DETAILS = `
The server listens on 127.0.0.1 only and answers to its own name and page only.
With --stack it signs requests with your AWS credentials, so each must carry the
token in the address that is printed; --token asks for one over a store too.`;

/** `freeport serve --store FILE | --stack NAME`: the query API and the console on this machine, until Ctrl-C. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('show findings in a web console on this machine, from a store or a deployed stack, until Ctrl-C')
    .option('--store <file>', 'the store that `freeport analyze --store` wrote', DEFAULT_STORE)
    .option('--stack <name>', 'a deployed stack instead, asked with your AWS credentials')
    .option('--port <number>', 'the port to listen on; 0 takes any free one', portNumber, DEFAULT_PORT)
    .option('--token', 'let in only requests that carry the token in the printed address')
    .addHelpText('after', DETAILS)
    .action(async (flags: Flags) => {
      const served = await start(flags);
      process.stdout.write(`Freeport listens on ${served.url} (Ctrl-C ends it)\n`);
      await untilInterrupted();
      await served.close();
    });
}

async function start({ store, stack, port, token }: Flags): Promise<Served> {
  try {
    if (stack !== undefined) return await startServer({ answer: await stackAnswer(stack), port, onFailure: report });
    requireStore(store);
    return await startServer({ storePath: store, port, isTokenNeeded: token ?? false, onFailure: report });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'EADDRINUSE')
      throw new UserError(`port ${port} is taken: give another with --port, or 0 for any free one`);
    throw ['NoSuchApi', 'UnusableStore', 'CredentialsProviderError'].includes(error.name)
      ? new UserError(error.message)
      : error;
  }
}

/** The SDK is loaded for this alone: a store needs none of it. */
async function stackAnswer(stack: string): Promise<(request: Request) => Promise<Response>> {
  const { createSign } = await import('../../shared/aws/stack/sign-request.ts');
  const { createStackApi, findStackApi } = await import('../../shared/aws/stack/stack-api.ts');
  const sign = createSign();
  const send = (request: Request): Promise<Response> => fetch(request, { redirect: 'error' });
  return createStackApi(await findStackApi(stack, sign, send), sign, send);
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('give a port from 0 to 65535');
  return Number(text);
}

const report = (error: unknown): void => {
  process.stderr.write(`freeport serve: ${error instanceof Error ? error.message : String(error)}\n`);
};
