// Distinct ports, records and bytes per minute and key, by embedded ClickHouse: node chdb.mjs FOLDER THREADS
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { headerOf } from './header.mjs';

const [folder, threads] = process.argv.slice(2);
const chdb = createRequire(join(process.cwd(), 'peers.cjs'))('chdb');

const TYPES = {
  bytes: 'Nullable(UInt64)',
  packets: 'Nullable(UInt64)',
  srcport: 'Nullable(UInt16)',
  dstport: 'Nullable(UInt16)',
  protocol: 'Nullable(UInt8)',
  start: 'UInt32',
  end: 'UInt32',
};
const columns = headerOf(folder)
  .split(' ')
  .map((name) => `\`${name}\` ${TYPES[name] ?? 'String'}`)
  .join(', ');
const groups = `SELECT intDiv(start, 60) AS minute, srcaddr, dstaddr, dstport, protocol, count() AS records, uniqExact(srcport) AS ports, sum(bytes) AS bytes FROM file('${folder}/*.gz', 'CustomSeparatedWithNames', '${columns}', 'gzip') WHERE \`log-status\`='OK' GROUP BY minute, srcaddr, dstaddr, dstport, protocol`;
const settings = `max_threads=${threads}, format_custom_field_delimiter=' ', format_custom_escaping_rule='CSV', format_csv_null_representation='-', format_csv_delimiter=' ', format_csv_allow_double_quotes=0`;
const query = `SELECT count(), sum(records), sum(ports), sum(bytes), max(ports) FROM (${groups}) SETTINGS ${settings}`;
console.log(String((chdb.query ?? chdb.default.query)(query, 'TSV')).trim());
