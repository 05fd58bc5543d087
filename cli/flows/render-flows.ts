import { plainLine } from '../../shared/core/finding/plain-text.ts';
import { formatDestination } from '../../shared/core/model/destination.ts';
import { isoOf, minuteStartMs } from '../../shared/core/model/time.ts';
import { thousands } from '../../shared/core/report/layout.ts';
import type { FlowRanking } from '../../shared/local/flow-workers/rank-flow-logs.ts';

export type FlowFormat = 'table' | 'json' | 'csv';

type RankedRow = FlowRanking['flows'][number];

export function renderFlows(flows: readonly RankedRow[], format: FlowFormat): string {
  switch (format) {
    case 'table':
      return table(flows);
    case 'json':
      return `${JSON.stringify(flows.map(jsonFlow), null, 2)}\n`;
    case 'csv':
      return [CSV_HEADER, ...flows.map(csvFlow)].map((line) => `${line}\n`).join('');
  }
}

const minuteText = ({ minute }: RankedRow): string | null => (minute === null ? null : isoOf(minuteStartMs(minute)));

const jsonFlow = (flow: RankedRow) => ({
  scope: flow.scope,
  localAddress: flow.localAddress,
  destination: flow.destination,
  minute: minuteText(flow),
  distinctPorts: flow.distinctPorts,
  opens: flow.opens,
  unanswered: flow.unanswered,
  bytes: flow.bytes,
  records: flow.records,
  topSources: flow.topSources,
});

const CSV_HEADER =
  'scope,localAddress,destinationAddress,destinationPort,protocol,minute,distinctPorts,opens,unanswered,bytes,records,topSources';

function csvFlow(flow: RankedRow): string {
  const { destination } = flow;
  return [
    csvText(flow.scope),
    flow.localAddress,
    destination.address,
    destination.port,
    destination.protocol,
    minuteText(flow) ?? '',
    flow.distinctPorts,
    flow.opens,
    flow.unanswered,
    flow.bytes,
    flow.records,
    flow.topSources.map(({ address, distinctPorts }) => `${address}=${distinctPorts}`).join(' '),
  ].join(',');
}

/** A scope is text out of a log: quoted, and never the beginning of a formula to a spreadsheet. */
function csvText(text: string): string {
  const line = plainLine(text);
  const safe = /^[=+@\t]|^-./.test(line) ? `'${line}` : line;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

type Column = {
  readonly title: string;
  readonly isNumber: boolean;
  readonly text: (flow: RankedRow) => string;
};

const COLUMNS: readonly Column[] = [
  { title: 'ports', isNumber: true, text: (flow) => thousands(flow.distinctPorts) },
  { title: 'opens', isNumber: true, text: (flow) => thousands(flow.opens) },
  { title: 'unanswered', isNumber: true, text: (flow) => thousands(flow.unanswered) },
  { title: 'records', isNumber: true, text: (flow) => thousands(flow.records) },
  { title: 'bytes', isNumber: true, text: (flow) => byteText(flow.bytes) },
  { title: 'local address', isNumber: false, text: (flow) => flow.localAddress },
  { title: 'destination', isNumber: false, text: (flow) => formatDestination(flow.destination) },
  { title: 'minute', isNumber: false, text: (flow) => minuteText(flow) ?? 'all' },
  { title: 'scope', isNumber: false, text: (flow) => plainLine(flow.scope, 40) },
  { title: 'top sources', isNumber: false, text: sourcesText },
];

const SOURCES_SHOWN = 3;

function sourcesText({ localAddress, topSources }: RankedRow): string {
  if (topSources.length === 1 && topSources[0]?.address === localAddress) return 'itself';
  const shown = topSources.slice(0, SOURCES_SHOWN);
  return shown.map(({ address, distinctPorts }) => `${address} (${thousands(distinctPorts)})`).join(', ');
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

export function byteText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

function table(flows: readonly RankedRow[]): string {
  if (flows.length === 0) return 'No flows.\n';
  const cells = flows.map((flow) => COLUMNS.map(({ text }) => text(flow)));
  const widths = COLUMNS.map(({ title }, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (COLUMNS[i]?.isNumber ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [COLUMNS.map(({ title }) => title), ...cells].map((row) => `${line(row)}\n`).join('');
}
