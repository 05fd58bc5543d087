import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_PORT, startServer } from '../../shared/local/serve/serve.ts';

/** `freeport serve --store FILE --port N`: the query API and the page on localhost, until Ctrl-C. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the query API and the page on this machine from a store, until Ctrl-C')
    .option('--store <file>', 'the store that `freeport analyze --store` wrote', '.freeport/store.db')
    .option('--port <number>', 'the port to listen on; 0 takes any free one', portNumber, DEFAULT_PORT)
    .action(async ({ store, port }: { store: string; port: number }) => {
      const served = await startServer({ storePath: store, port, onFailure: reportFailure });
      process.stdout.write(`Freeport listens on ${served.url} (Ctrl-C ends it)\n`);
      await untilInterrupted();
      await served.close();
    });
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('give a port from 0 to 65535');
  return Number(text);
}

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });

const reportFailure = (error: unknown): void => {
  process.stderr.write(`freeport serve: ${error instanceof Error ? error.message : String(error)}\n`);
};
