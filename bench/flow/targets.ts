import type { Measured } from './measure.ts';

/** What was measured, by the names that bench.ts gives: one list per set of records. */
export type Figures = {
  readonly v2: readonly Measured[];
  readonly custom: readonly Measured[];
  /** How many times longer flowlogs-reader takes per record than an engine on one thread. */
  readonly readerFactor: (engine: Engine) => number;
};

export type Engine = 'plain' | 'wasm';

type Bound = { readonly prototype: string; readonly plain: number; readonly wasm: number };

type Target = Bound & {
  readonly title: string;
  /** Whether the figure has to stay below its bound or reach it. */
  readonly kind: 'at most' | 'at least';
  readonly digits: number;
  readonly unit: string;
  readonly figure: (figures: Figures, engine: Engine) => number;
};

const find = (list: readonly Measured[], name: string): Measured | undefined => list.find((each) => each.name === name);

const wallRatio = (list: readonly Measured[], one: string, other: string): number =>
  (find(list, one)?.wallSeconds ?? Number.NaN) / (find(list, other)?.wallSeconds ?? Number.NaN);

const ofGunzip =
  (set: 'v2' | 'custom', threads: number): Target['figure'] =>
  (figures, engine) =>
    wallRatio(figures[set], `${engine} ${threads}`, 'gunzip');

const peerFactor =
  (peer: string, threads: number): Target['figure'] =>
  ({ v2 }, engine) =>
    wallRatio(v2, `${peer} ${threads}`, `${engine} ${threads}`);

const AT_MOST = { kind: 'at most', digits: 2, unit: '' } as const;
const SLOWER = { kind: 'at least', digits: 1, unit: ' ×' } as const;

const TARGETS: readonly Target[] = [
  {
    title: 'one thread against `gunzip -c > /dev/null`',
    prototype: '0.49',
    plain: 1,
    wasm: 0.65,
    figure: ofGunzip('v2', 1),
    ...AT_MOST,
  },
  {
    title: 'two threads against the same',
    prototype: '0.30',
    plain: 0.7,
    wasm: 0.42,
    figure: ofGunzip('v2', 2),
    ...AT_MOST,
  },
  ...[1, 2].map((threads) => ({
    title: `DuckDB against us, ${threads} thread${threads === 1 ? '' : 's'} each`,
    prototype: '6.5–6.8 ×',
    plain: 3,
    wasm: 5,
    figure: peerFactor('duckdb', threads),
    ...SLOWER,
  })),
  ...[1, 2].map((threads) => ({
    title: `ClickHouse (chdb) against us, ${threads} thread${threads === 1 ? '' : 's'} each`,
    prototype: '4.6–5.7 ×',
    plain: 2.5,
    wasm: 4,
    figure: peerFactor('chdb', threads),
    ...SLOWER,
  })),
  {
    title: 'flowlogs-reader against us, one thread',
    prototype: '90 ×',
    plain: 40,
    wasm: 70,
    figure: ({ readerFactor }, engine) => readerFactor(engine),
    ...SLOWER,
    digits: 0,
  },
  ...[1, 2].map((threads) => ({
    title: `peak memory, ${threads} thread${threads === 1 ? '' : 's'}`,
    prototype: '91–100 MB',
    plain: 250,
    wasm: 150,
    figure: (figures: Figures, engine: Engine): number =>
      Math.max(
        ...[figures.v2, figures.custom].map((list) => find(list, `${engine} ${threads}`)?.peakMegabytes ?? Number.NaN),
      ),
    kind: 'at most' as const,
    digits: 0,
    unit: ' MB',
  })),
  {
    title: '23-field custom format, one thread against gunzip',
    prototype: '0.40',
    plain: 1,
    wasm: 0.55,
    figure: ofGunzip('custom', 1),
    ...AT_MOST,
  },
];

/** The targets beside the figures, as a table of Markdown; what misses its target is marked. */
export function targetTable(figures: Figures): string {
  const rows = TARGETS.map((target) => [
    target.title,
    target.prototype,
    ...(['plain', 'wasm'] as const).flatMap((engine) =>
      cellsOf(target, target.figure(figures, engine), target[engine]),
    ),
  ]);
  const heads = ['', 'prototype', 'plain: target', 'measured', 'best: target', 'measured'];
  const all = [heads, heads.map(() => '---'), ...rows];
  const widths = heads.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all.map((row) => `| ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |\n`).join('');
}

function cellsOf({ kind, digits, unit }: Target, figure: number, bound: number): [string, string] {
  const target = `${kind === 'at most' ? '≤' : '≥'} ${bound}${unit}`;
  if (Number.isNaN(figure)) return [target, 'not measured'];
  const isMet = kind === 'at most' ? figure <= bound : figure >= bound;
  return [target, `${figure.toFixed(digits)}${unit}${isMet ? '' : ' (missed)'}`];
}
