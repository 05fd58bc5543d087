import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { classifyCommand } from '../../cli/commands/classify.ts';
import { PROJECT } from './run-freeport.ts';

const SCRIPT = `
import { classifyCommand } from './cli/commands/classify.ts';
await classifyCommand().parseAsync(process.argv.slice(1), { from: 'user' });
`;

type Printed = {
  readonly text: string;
  readonly verdict: string;
  readonly certainty: number;
  readonly signature: string | null;
  readonly runtime: string | null;
  readonly destination: string | null;
};

/** What the command prints for these lines on stdin. */
function classify(stdin: string, ...args: readonly string[]): Promise<Printed[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT, '--', ...args], { cwd: PROJECT });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece) => (stdout += String(piece)));
    child.stderr.on('data', (piece) => (stderr += String(piece)));
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(stderr));
      resolve(stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Printed])));
    });
    child.stdin.end(stdin);
  });
}

describe('freeport classify', () => {
  it('prints one object per event, with exactly the promised fields', async () => {
    const [event] = await classify('dial tcp 192.0.2.7:80: connect: cannot assign requested address\n');
    expect(event).toEqual({
      text: 'dial tcp 192.0.2.7:80: connect: cannot assign requested address',
      verdict: 'connect-exhaustion',
      certainty: 0.75,
      signature: 'go-dial',
      runtime: 'go',
      destination: '192.0.2.7:80',
    });
  });

  it('takes the text of a JSON object, whole and with its line breaks', async () => {
    const text = "Error: boom\n  code: 'EADDRNOTAVAIL',\n  syscall: 'connect',\n  address: '::1',\n  port: 80";
    const printed = await classify(`${JSON.stringify({ id: 7, text })}\n${JSON.stringify({ text: 'ready' })}\n`);
    expect(printed.map((event) => event.text)).toEqual([text, 'ready']);
    expect(printed[0]).toMatchObject({ verdict: 'connect-misconfig', destination: '[::1]:80' });
    expect(printed[1]).toMatchObject({ verdict: 'other', certainty: 0, signature: null, destination: null });
  });

  const TRACE = [
    'java.net.ConnectException: Cannot assign requested address',
    '\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)',
    'Caused by: java.net.BindException: Cannot assign requested address',
    'GET /healthz 200',
  ].join('\n');

  it('joins the lines of a trace', async () => {
    const printed = await classify(`${TRACE}\n`);
    expect(printed.map(({ verdict }) => verdict)).toEqual(['connect-exhaustion', 'other']);
  });

  it('leaves every line alone when asked to', async () => {
    expect(await classify(`${TRACE}\n`, '--lines')).toHaveLength(4);
  });

  it('says which file it could not read', async () => {
    await expect(classify('', '/nowhere/app.log')).rejects.toThrow('/nowhere/app.log');
  });

  it('is a command that can be registered', () => {
    expect(classifyCommand()).toBeInstanceOf(Command);
    expect(classifyCommand().name()).toBe('classify');
  });
});
