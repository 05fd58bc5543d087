import type { CsvContent } from './csv-content.ts';

/** What an input is, by its content alone. */
export type Recognition =
  | { readonly kind: 'flow-log' | 'app-log' | 'metric' | 'inventory' | 'socket-table' | 'settings' }
  /** Records inside the messages of log events. */
  | { readonly kind: 'enclosed'; readonly envelope: 'log-events'; readonly content: LineContent }
  /** Records behind what is put before them, line by line: the time in a CloudWatch Logs export, also in `aws logs tail`. */
  | {
      readonly kind: 'enclosed';
      readonly envelope: 'prefixed-lines';
      readonly prefix: RegExp;
      readonly content: LineContent;
    }
  /** A bare list of log events (`--query events`), or the rows of a CloudWatch Logs Insights answer. */
  | { readonly kind: 'event-list' }
  | { readonly kind: 'csv'; readonly table: CsvContent }
  /** JSON objects, or rows of a Logs Insights answer, with a field per column of a flow log. */
  | { readonly kind: 'flow-objects' }
  /** Base64 of compressed log events, as a subscription or a stream delivers them. */
  | { readonly kind: 'encoded-log-events' }
  | { readonly kind: 'compressed' }
  | { readonly kind: 'parquet-flow-log' }
  | { readonly kind: 'unrecognised'; readonly reason: string };

/** What is read line by line and also travels inside log events. */
export type LineContent = 'flow-log' | 'socket-table';

export const unrecognised = (reason: string): Recognition => ({ kind: 'unrecognised', reason });
