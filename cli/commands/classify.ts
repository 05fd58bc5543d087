import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { classifyText } from '../../shared/core/app-log/classify.ts';
import { createLineGrouper } from '../../shared/core/app-log/group-lines.ts';
import type { CarriedLine } from '../../shared/core/app-log/line-shapes.ts';
import { parseJsonObject } from '../../shared/core/app-log/read-json-event.ts';
import type { NamedDestination } from '../../shared/core/model/destination.ts';
import { reasonOf } from '../../shared/local/files/reason-of.ts';
import { UserError } from '../user-error.ts';

const DETAILS = `
Each input line is part of a log event; the lines of a trace are joined into
one. A line that is a JSON object with a field "text" is one event by itself,
whose text that is. For every event one JSON object is printed:

  { "text", "verdict", "certainty", "signature", "runtime", "destination" }

Verdicts: connect-exhaustion, connect-misconfig, bind-misconfig, conntrack-full,
nat-timeout-suspect, connection-refused, name-resolution, too-many-files,
pool-exhausted, other. The certainty (0-1) is how far the text alone supports
the verdict; a burst of events settles the rest (freeport analyze).
Nothing is redacted: the texts are your own.

Exit codes:
  0  everything was read
  2  an input could not be read`;

type Flags = { readonly lines?: true };

/** `freeport classify [FILE...]`. */
export function classifyCommand(): Command {
  return new Command('classify')
    .description('say of each log event in files or in stdin whether it means exhausted ports')
    .argument('[file...]', 'files of lines or of JSON objects { "text": … }; without any, or for -, stdin')
    .option('--lines', 'take every line as an event of its own, also the lines of a trace')
    .addHelpText('after', DETAILS)
    .action(run);
}

async function run(files: readonly string[], flags: Flags): Promise<void> {
  for (const file of files.length === 0 ? ['-'] : files) await classifyFile(file, flags);
}

async function classifyFile(file: string, { lines: everyLine }: Flags): Promise<void> {
  const output = createOutput();
  const grouper = createLineGrouper(({ text }) => output.add(text));
  const input = file === '-' ? process.stdin : createReadStream(file);
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line += 1;
      const given = givenText(text);
      if (given === null) grouper.add(lineOf(text, everyLine === true), line);
      else {
        grouper.finish();
        output.add(given);
      }
      await output.flush();
    }
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${reasonOf(error)}`);
  }
  grouper.finish();
  await output.flush('all');
}

const lineOf = (text: string, isAlone: boolean): CarriedLine => ({
  text,
  ms: null,
  service: null,
  hint: isAlone || text.startsWith('{') ? 'starts' : null,
  isPartial: false,
});

/** The event that a line `{ "text": … }` is, or null for any other line. */
function givenText(line: string): string | null {
  const record = line.includes('"text"') ? parseJsonObject(line) : null;
  return typeof record?.['text'] === 'string' ? record['text'] : null;
}

/** Printed in pieces of this length: a write per event would cost more than its classification. */
const PIECE_LENGTH = 65_536;

function createOutput(): { add(text: string): void; flush(how?: 'all'): Promise<void> } {
  let pending = '';
  return {
    add(text) {
      const { verdict, certainty, signature, runtime, destination } = classifyText(text);
      const event = { text, verdict, certainty, signature, runtime, destination: destinationText(destination) };
      pending += `${JSON.stringify(event)}\n`;
    },
    async flush(how) {
      if (pending === '' || (how !== 'all' && pending.length < PIECE_LENGTH)) return;
      const piece = pending;
      pending = '';
      if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    },
  };
}

/** `host:port`, `[2001:db8::1]:443`, the host alone when the text names no port, or null. */
function destinationText(destination: NamedDestination | null): string | null {
  if (destination === null) return null;
  const host = destination.host.includes(':') ? `[${destination.host}]` : destination.host;
  return destination.port === null ? host : `${host}:${destination.port}`;
}
