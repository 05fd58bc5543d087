import { DEFAULT_FORMAT, USED_FIELDS } from '../flow-log/fields.ts';

const squeeze = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9@]/g, '');

/** Logs Insights writes `srcAddr` and `interfaceId`, Athena `interface_id`; AWS's older Athena tables have words of their own. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  sourceaddress: 'srcaddr',
  destinationaddress: 'dstaddr',
  sourceport: 'srcport',
  destinationport: 'dstport',
  numpackets: 'packets',
  numbytes: 'bytes',
  starttime: 'start',
  endtime: 'end',
  account: 'account-id',
  '@timestamp': 'start',
};

const FIELD_BY_NAME: ReadonlyMap<string, string> = new Map([
  ...[...DEFAULT_FORMAT, ...USED_FIELDS].map((field) => [squeeze(field), field] as const),
  ...Object.entries(OTHER_NAMES),
]);

/** The flow log field of each column, null for columns that are none. */
export type FlowColumns = readonly (string | null)[];

const NEEDED = ['srcport', 'dstport', 'protocol'];

/** The columns of a table whose rows are flow records; null when they lack what every record needs. */
export function flowColumnsOf(heading: readonly string[]): FlowColumns | null {
  const fields = heading.map((name) => FIELD_BY_NAME.get(squeeze(name)) ?? null);
  // The time of the event stands in for the record's own start, and never beside it.
  const columns = fields.map((field, at) => (fields.indexOf(field) === at || field === null ? field : null));
  const unique = startOnce(heading, columns);
  const has = (field: string): boolean => unique.includes(field);
  const isWhole =
    NEEDED.every(has) &&
    (has('srcaddr') || has('pkt-srcaddr')) &&
    (has('dstaddr') || has('pkt-dstaddr')) &&
    (has('start') || has('end'));
  return isWhole ? unique : null;
}

function startOnce(heading: readonly string[], columns: FlowColumns): FlowColumns {
  const own = heading.findIndex((name) => squeeze(name) === 'start' || squeeze(name) === 'starttime');
  return own < 0
    ? columns
    : columns.map((field, at) => (field === 'start' || at === own ? (at === own ? 'start' : null) : field));
}
