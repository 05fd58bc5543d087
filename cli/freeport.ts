import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { plainLine } from '../shared/core/finding/plain-text.ts';
import { reasonOf } from '../shared/local/files/reason-of.ts';
import { COMMANDS, type ListedCommand } from './command-list.ts';
import { EXIT_RUN_FAILED, HOST_EXIT } from './exit-codes.ts';

/** With a command's name its module alone is loaded; help and mistakes need no more than what the list says. */
async function programFor([name = '', topic = '']: readonly string[]): Promise<Command> {
  const program = new Command('freeport')
    .description('Finds port exhaustion on AWS before connections fail, and names the culprit.')
    .version(packageJson.version)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` });
  const called = name === 'help' ? topic : name;
  if (Object.hasOwn(COMMANDS, called)) program.addCommand(await (COMMANDS[called] as ListedCommand).load());
  else for (const [each, listed] of Object.entries(COMMANDS)) program.addCommand(outlineOf(each, listed));
  for (const command of commandsIn(program))
    command.exitOverride().showHelpAfterError('(--help says what there is)').configureOutput({ outputError });
  return program;
}

/** A command that is only shown. */
const outlineOf = (name: string, { takes, does }: ListedCommand): Command =>
  new Command(name).description(does).helpOption(false).usage(takes);

/** Whatever goes wrong is said in one voice. */
const outputError = (text: string, write: (text: string) => void): void =>
  write(text.replace(/^error: /, 'freeport: '));

const commandsIn = (command: Command): Command[] => [command, ...command.commands.flatMap(commandsIn)];

async function main(argv: readonly string[]): Promise<void> {
  try {
    const program = await programFor(argv.slice(2).filter((word) => word !== '--'));
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
  const text = isOfPath(error) ? `${error.path}: ${reasonOf(error)}` : reasonOf(error);
  const detail = process.env['FREEPORT_DEBUG'] && error instanceof Error ? `\n${error.stack}` : '';
  return `${text
    .split('\n')
    .map((line) => line.replace(/\S.*/, (rest) => plainLine(rest)))
    .join('\n')}${detail}`;
}

/** What the system refuses comes with its path, and with a message for programmers. */
const isOfPath = (error: unknown): error is Error & { readonly path: string } =>
  error instanceof Error && 'syscall' in error && 'path' in error && typeof error.path === 'string';

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

await main(process.argv);
