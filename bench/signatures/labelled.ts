import { existsSync, readFileSync } from 'node:fs';
import { CATALOGUE } from '../../shared/core/app-log/catalogue.ts';

/** A text and what it is, as `corpus/README.md` names things; `destination` where the text itself carries one. */
export type Labelled = {
  readonly id: string;
  readonly text: string;
  readonly label: string;
  readonly destination: string | null;
};

export type LabelledSet = { readonly name: string; readonly rows: readonly Labelled[] | null };

const PROJECT = new URL('../../', import.meta.url);

type Row = { readonly id?: number | string; readonly text: string; readonly label: string; readonly dest?: string };
type Recording = { readonly id: string; readonly category: string; readonly key_line: string };

function readRows<T>(path: string): readonly T[] | null {
  const url = new URL(path, PROJECT);
  if (!existsSync(url)) return null;
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** What is measured on: the project's own texts, and the public and recorded ones where they lie beside the project. */
export function labelledSets(): readonly LabelledSet[] {
  return [
    { name: "the project's own texts", rows: ownTexts() },
    { name: 'recorded programs', rows: rowsOf('test/fixtures/app-log/recorded.jsonl') },
    { name: 'examples and look-alikes of the catalogue', rows: catalogueTexts() },
    { name: '../shared/corpus/applog.jsonl', rows: rowsOf('../shared/corpus/applog.jsonl') },
    { name: '../shared/lab/catalogue.jsonl', rows: recordings('../shared/lab/catalogue.jsonl') },
  ];
}

const ownTexts = (): readonly Labelled[] | null => rowsOf('test/fixtures/app-log/texts.jsonl');

const rowsOf = (path: string): readonly Labelled[] | null =>
  readRows<Row>(path)?.map(({ id, text, label, dest }, at) => ({
    id: String(id ?? at + 1),
    text,
    label,
    destination: dest ?? null,
  })) ?? null;

function catalogueTexts(): readonly Labelled[] {
  return CATALOGUE.flatMap(({ signatures, lookAlikes }) => [
    ...signatures.flatMap(({ id, verdict, examples }) =>
      examples.map((text) => ({ id, text, label: verdict, destination: null })),
    ),
    ...lookAlikes.map((text) => ({ id: 'look-alike', text, label: 'other-network', destination: null })),
  ]);
}

const LABELS: Readonly<Record<string, string>> = {
  host: 'connect-exhaustion',
  'host-proxy': 'connect-exhaustion',
  'host-selfmade': 'connect-exhaustion',
  nat: 'nat-timeout-suspect',
  negative: 'other-network',
};

/** Recorded look-alikes whose line a real exhaustion printed too, letter by letter, cannot be told from it. */
function recordings(path: string): readonly Labelled[] | null {
  const rows = readRows<Recording>(path);
  if (rows === null) return null;
  const shape = (text: string): string => text.replace(/\d+(?:\.\d+)*/g, '0');
  const exhausted = new Set(
    rows.filter(({ category }) => category.startsWith('host')).map((row) => shape(row.key_line)),
  );
  return rows.map(({ id, category, key_line: text }) => {
    const isTwin = category === 'negative' && exhausted.has(shape(text));
    const label = /ipv6/.test(id) ? 'connect-misconfig' : (LABELS[category] ?? category);
    return { id, text, label: isTwin ? 'same-text' : label, destination: null };
  });
}
