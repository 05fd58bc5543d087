import type { Command } from 'commander';

/** What help says of a command, and where it is: loading all of them takes five times as long as saying so. */
export type ListedCommand = {
  readonly takes: string;
  readonly does: string;
  readonly load: () => Promise<Command>;
};

/** Each command is loaded when it is called, so that none pays for the others at start-up. */
export const COMMANDS: Readonly<Record<string, ListedCommand>> = {
  analyze: {
    takes: '[options] <path...>',
    does: 'say which layer ran out of ports, for which destination, from which source, since when and why',
    load: async () => (await import('./commands/analyze.ts')).analyzeCommand(),
  },
  flows: {
    takes: '[options] <path...>',
    does: 'rank the flows of VPC flow logs by ports in use, opens and unanswered opens',
    load: async () => (await import('./commands/flows.ts')).flowsCommand(),
  },
  findings: {
    takes: '',
    does: 'list, show, acknowledge, suppress and resolve the findings of a store',
    load: async () => (await import('./commands/findings.ts')).findingsCommand(),
  },
  serve: {
    takes: '[options]',
    does: 'show findings in a web console on this machine, from a store or a deployed stack, until Ctrl-C',
    load: async () => (await import('./commands/serve.ts')).serveCommand(),
  },
  host: {
    takes: '[options]',
    does: 'ports in use, TIME_WAIT and established per destination on this machine',
    load: async () => (await import('./commands/host.ts')).hostCommand(),
  },
  classify: {
    takes: '[options] [file...]',
    does: 'say of each log event in files or in stdin whether it means exhausted ports',
    load: async () => (await import('./commands/classify.ts')).classifyCommand(),
  },
  whatif: {
    takes: '[options] <path...>',
    does: 'replay the same observations under a change: would it have helped?',
    load: async () => (await import('./commands/whatif.ts')).whatifCommand(),
  },
  simulate: {
    takes: '[options] [scenario]',
    does: 'write a simulated incident, look-alike or calm day: flow logs, metrics, application logs, inventory, truth',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand(),
  },
};
