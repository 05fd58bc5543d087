/** A log event as it stood in its file: one line, or a trace of several. `line` counts from 1. */
export type RawEvent = { readonly text: string; readonly line: number };

/** A longer trace is cut: what matters stands in its first lines, and no file may hold memory. */
const LINES_LIMIT = 400;
const LENGTH_LIMIT = 65_536;

/** Lines that belong to the event before them, in every runtime's traces. */
const CONTINUES =
  /^(?:\s|Caused by: |Suppressed: |\.\.\. \d{1,5} |--- ?(?:>|End of)|\[stacktrace\]|\[previous exception\]|Stack [Tt]race:|#\d{1,4} |[)}\]]|"\}|created by |Emitted '|Node\.js v\d|exit status \d|During handling of the above|The above exception was)/;
const TRACEBACK = /^Traceback \(most recent call last\):/;
const GOROUTINE = /^goroutine \d{1,12} \[/;
const CHAINED = /^(?:During handling of the above|The above exception was)/;
/** `      ^`: Node prints the source line, this, an empty line, and then the error. */
const CARET = /^\s{0,400}\^{1,200}\s{0,8}$/;

export type LineGrouper = {
  /** `starts` tells that the line opens an event for sure, `continues` that it does not; else the text decides. */
  add(text: string, line: number, hint: 'starts' | 'continues' | null): void;
  finish(): void;
};

/** Joins the lines of multi-line traces, so that one failure is one event however many lines print it. */
export function createLineGrouper(emit: (event: RawEvent) => void): LineGrouper {
  let lines: string[] = [];
  let firstLine = 0;
  let length = 0;
  let blanks = 0;
  let inTraceback = false;
  let inGoroutine = false;
  let awaitsError = false;

  const flush = (): void => {
    if (lines.length > 0) emit({ text: lines.join('\n'), line: firstLine });
    [lines, length, blanks, inTraceback, inGoroutine, awaitsError] = [[], 0, 0, false, false, false];
  };

  const belongs = (text: string): boolean => {
    if (lines.length === 0) return false;
    if (CONTINUES.test(text) || (inGoroutine && blanks === 0) || GOROUTINE.test(text)) return true;
    if (TRACEBACK.test(text)) return blanks === 0 ? lines.length === 1 : CHAINED.test(lines.at(-1) ?? '');
    return inTraceback || (awaitsError && blanks === 1);
  };

  const follow = (text: string): void => {
    if (TRACEBACK.test(text)) inTraceback = true;
    else if (inTraceback && !/^\s/.test(text)) inTraceback = false;
    if (GOROUTINE.test(text)) inGoroutine = true;
    awaitsError = CARET.test(text);
    blanks = 0;
  };

  return {
    add(text, line, hint) {
      if (text.trim() === '') {
        blanks += 1;
        inGoroutine = false;
        return;
      }
      if (hint === 'starts' || (hint === null && !belongs(text))) flush();
      if (lines.length === 0) firstLine = line;
      if (lines.length < LINES_LIMIT && length < LENGTH_LIMIT) {
        lines.push(text);
        length += text.length;
      }
      follow(text);
    },
    finish: flush,
  };
}
