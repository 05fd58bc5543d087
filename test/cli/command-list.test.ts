import { Help } from 'commander';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../cli/command-list.ts';
import { freeport } from './run-freeport.ts';

it.each(Object.entries(COMMANDS))('says of %s what the command says itself', async (name, { takes, does, load }) => {
  const command = await load();
  expect(new Help().subcommandTerm(command)).toBe(`${name} ${takes}`.trim());
  expect(command.description()).toBe(does);
});

it('shows all of them in help, and one with everything it takes', async () => {
  const { stdout, code } = await freeport('--help');
  expect(code).toBe(0);
  for (const [name, { takes }] of Object.entries(COMMANDS)) expect(stdout).toContain(`\n  ${name} ${takes}`.trimEnd());
  expect((await freeport('help', 'flows')).stdout).toContain('--by-minute');
});

it.each([[], ...Object.keys(COMMANDS).map((name) => [name])])('explains %s within eighty columns', async (...names) => {
  const { stdout } = await freeport(...names, '--help');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

it('calls a command behind the mark that ends options too', async () => {
  const { stderr, code } = await freeport('--', 'flows', 'no-such-folder');
  expect(code).toBe(2);
  expect(stderr).toContain('cannot read no-such-folder');
});
