import type { CarriedLine } from './line-shapes.ts';
import { hasTimeInText } from './read-time.ts';

/** A log event as it stood in its file: one line, or a trace of several. */
export type RawEvent = {
  readonly text: string;
  /** Where its first line stands, as the caller counts. */
  readonly at: number;
  /** The carrier's time of the first line. */
  readonly ms: number | null;
  readonly service: string | null;
};

/** A longer trace is cut: what matters stands in its first lines, and no file may hold memory. */
const LINES_LIMIT = 400;
const LENGTH_LIMIT = 65_536;

/** Lines that belong to the event before them, in every runtime's traces. */
const CONTINUES =
  /^(?:\s|Caused by:(?: |$)|Suppressed: |for call at$|\.\.\. \d{1,5} |--- ?(?:>|End of)|\[stacktrace\]|\[previous exception\]|Stack [Tt]race:|#\d{1,4} |[)}\]]|"\}|created by |Emitted '|Node\.js v\d|exit status \d|During handling of the above|The above exception was|> File "|The last packet s|This is usually caused by a limit on|For (?:Unix|Windows)-based platforms,|Last message[: ])/;
const TRACEBACK = /^Traceback \(most recent call last\):/;
const GOROUTINE = /^goroutine \d{1,12} \[/;
const CHAINED = /^(?:During handling of the above|The above exception was)/;
/** The exception that a logger prints on the line below its own, whose destination and time stand above. */
const EXCEPTION =
  /^(?:\*\* \(\w|Uncaught |(?:[\w$]{1,80}[.\\]){0,12}[\w$]{0,80}(?:Error|Exception|Fault|Timeout)(?: \[\w{1,80}\])?(?::|$| \())/;
/** `java.util.logging` names the level on the line below the time; Erlang, .NET and git say what happened below a title. */
const BELOW_TITLE = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE(?:R|ST)?): /;
const TITLE =
  /^(?:=[A-Z]{1,20} REPORT=|Unhandled [Ee]xception[.:]?\s*$|fatal: unable to connect to \S{1,253}:$)|\bwith exit value:$/;
/** Tcl's stack: the command stands on the line below, in quotes. */
const ABOVE_COMMAND = /^ {4}(?:while executing|invoked from within)$/;

/** `      ^`: Node prints the source line, this, an empty line, and then the error. */
const CARET = /^\s{0,400}\^{1,200}\s{0,8}$/;

export type LineGrouper = {
  /** `at` is given back with the event that the line opens. */
  add(line: CarriedLine, at: number): void;
  finish(): void;
};

/** Joins the lines of multi-line traces, so that one failure is one event however many lines print it. */
export function createLineGrouper(emit: (event: RawEvent) => void): LineGrouper {
  let lines: string[] = [];
  let first: { readonly at: number; readonly line: CarriedLine } | null = null;
  let length = 0;
  let blanks = 0;
  let inTraceback = false;
  let inGoroutine = false;
  let awaitsError = false;
  let goesOn = false;

  const flush = (): void => {
    if (first) emit({ text: lines.join('\n'), at: first.at, ms: first.line.ms, service: first.line.service });
    [lines, first, length, blanks] = [[], null, 0, 0];
    inTraceback = inGoroutine = awaitsError = goesOn = false;
  };

  const belongs = (text: string): boolean => {
    if (lines.length === 0) return false;
    if (CONTINUES.test(text) || (inGoroutine && blanks === 0) || GOROUTINE.test(text)) return true;
    const last = lines.at(-1) ?? '';
    if (blanks === 0 && (TITLE.test(last) || ABOVE_COMMAND.test(last))) return true;
    if (blanks === 0 && lines.length === 1 && opensBelow(text) && hasTimeInText(last)) return true;
    if (TRACEBACK.test(text)) return blanks === 0 ? lines.length === 1 : CHAINED.test(last);
    return inTraceback || (awaitsError && blanks === 1);
  };

  const follow = (text: string): void => {
    if (TRACEBACK.test(text)) inTraceback = true;
    else if (inTraceback && !/^(?:\s|> File ")/.test(text)) inTraceback = false;
    if (GOROUTINE.test(text)) inGoroutine = true;
    awaitsError = CARET.test(text);
    blanks = 0;
  };

  const append = (text: string): void => {
    if (lines.length >= LINES_LIMIT || length >= LENGTH_LIMIT) return;
    if (goesOn) lines[lines.length - 1] += text;
    else lines.push(text);
    length += text.length;
  };

  return {
    add(line, at) {
      const { text, hint } = line;
      if (text.trim() === '') {
        // An event without a text is over as soon as it began, and ends the one before it.
        if (hint === 'starts') flush();
        blanks += 1;
        inGoroutine = false;
        return;
      }
      const isOthers = first !== null && first.line.service !== line.service;
      if (!goesOn && (hint === 'starts' || isOthers || (hint === null && !belongs(text)))) flush();
      first ??= { at, line };
      append(text);
      follow(text);
      goesOn = line.isPartial;
    },
    finish: flush,
  };
}

const opensBelow = (text: string): boolean => EXCEPTION.test(text) || BELOW_TITLE.test(text);

/** True when the line may belong to an event that began before it. */
export const mayContinue = (line: CarriedLine): boolean =>
  line.hint !== 'starts' && (line.hint === 'continues' || continues(line.text) || opensBelow(line.text));

/** True when only a line with a time before it would make the line part of that one's event. */
export const isBelowHeader = ({ text, hint }: CarriedLine): boolean =>
  hint === null && opensBelow(text) && !continues(text);

const continues = (text: string): boolean => text.trim() === '' || CONTINUES.test(text) || TRACEBACK.test(text);

/** True when a line after this one may belong to the same event though its own text does not say so. */
export const mayBeContinued = ({ text, isPartial }: CarriedLine): boolean =>
  isPartial ||
  text.trim() === '' ||
  CONTINUES.test(text) ||
  TRACEBACK.test(text) ||
  GOROUTINE.test(text) ||
  TITLE.test(text);
