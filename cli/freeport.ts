#!/usr/bin/env node
import './require-node.mjs';
import { enableCompileCache } from 'node:module';
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { plainLine } from '../shared/core/finding/plain-text.ts';
import { EXIT_RUN_FAILED, HOST_EXIT } from './exit-codes.ts';

/** Each command is loaded when it is called, so that none pays for the others at start-up. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  analyze: async () => (await import('./commands/analyze.ts')).analyzeCommand(),
  flows: async () => (await import('./commands/flows.ts')).flowsCommand(),
  findings: async () => (await import('./commands/findings.ts')).findingsCommand(),
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  host: async () => (await import('./commands/host.ts')).hostCommand(),
  classify: async () => (await import('./commands/classify.ts')).classifyCommand(),
  whatif: async () => (await import('./commands/whatif.ts')).whatifCommand(),
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand(),
};

/** With a command's name its module alone is loaded; for help and for mistakes, all of them. */
async function programFor(name: string | undefined): Promise<Command> {
  const program = new Command('freeport')
    .description('Finds port exhaustion on AWS before connections fail, and names the culprit.')
    .version(packageJson.version);
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  for (const each of load ? [load] : Object.values(COMMANDS)) program.addCommand(await each());
  for (const command of commandsIn(program)) command.exitOverride().showHelpAfterError('(--help says what there is)');
  return program;
}

const commandsIn = (command: Command): Command[] => [command, ...command.commands.flatMap(commandsIn)];

async function main(argv: readonly string[]): Promise<void> {
  try {
    const program = await programFor(argv[2]);
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    // For `host` 2 means critical, so what went wrong ends in "cannot tell".
    process.exitCode = argv[2] === 'host' ? HOST_EXIT.unknown : EXIT_RUN_FAILED;
    // Commander has said what was wrong with the arguments.
    if (!(error instanceof CommanderError)) process.stderr.write(`freeport: ${failureText(error)}\n`);
  }
}

/** A line per sentence: messages may quote paths and file contents, which nobody vouches for. */
function failureText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const detail = process.env['FREEPORT_DEBUG'] && error instanceof Error ? `\n${error.stack}` : '';
  return `${text
    .split('\n')
    .map((line) => line.replace(/\S.*/, (rest) => plainLine(rest)))
    .join('\n')}${detail}`;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has seen enough (`freeport … | head`).
  if (error.code === 'EPIPE') process.exit(process.exitCode);
  throw error;
});

// Node's own code for a crash is 1, which means findings here.
process.on('uncaughtException', (error) => {
  process.stderr.write(`freeport: ${failureText(error)}\n`);
  process.exit(EXIT_RUN_FAILED);
});

// Types are stripped and code compiled once per machine and not once per run: a start takes a quarter of the time.
enableCompileCache();
await main(process.argv);
