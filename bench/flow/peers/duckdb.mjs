// Distinct ports, records and bytes per minute and key, by DuckDB: node duckdb.mjs FOLDER THREADS [dump FILE]
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { headerOf } from './header.mjs';

const [folder, threads, mode, file] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(process.cwd(), 'peers.cjs'))('@duckdb/node-api');

const TYPES = {
  bytes: 'UBIGINT',
  packets: 'UBIGINT',
  srcport: 'USMALLINT',
  dstport: 'USMALLINT',
  protocol: 'UTINYINT',
  start: 'BIGINT',
  end: 'BIGINT',
};
const columns = headerOf(folder)
  .split(' ')
  .map((name) => `'${name}': '${TYPES[name] ?? 'VARCHAR'}'`)
  .join(', ');
const source = `read_csv('${folder}/*.gz', delim=' ', header=true, auto_detect=false, quote='', escape='', nullstr='-', compression='gzip', columns={${columns}})`;
const groups = `SELECT start//60 AS minute, srcaddr, dstaddr, dstport, protocol, count(*) AS records, count(DISTINCT srcport) AS ports, sum(bytes)::UBIGINT AS bytes FROM ${source} WHERE "log-status"='OK' GROUP BY ALL`;

const instance = await DuckDBInstance.create(':memory:', {
  threads,
  memory_limit: '12GB',
  temp_directory: join(process.cwd(), 'spill'),
});
const connection = await instance.connect();
if (mode === 'dump') await connection.run(`COPY (${groups}) TO '${file}' (HEADER false, DELIM ' ')`);
else {
  const top = await connection.runAndReadAll(
    `WITH g AS MATERIALIZED (${groups}) SELECT * FROM (SELECT minute, srcaddr, dstaddr, dstport, protocol, records, ports, bytes FROM g ORDER BY ports DESC, minute, srcaddr, dstaddr, dstport, protocol LIMIT 20) UNION ALL SELECT 0, 'all', '', 0, 0, sum(records)::UBIGINT, sum(ports)::UBIGINT, sum(bytes)::UBIGINT FROM g`,
  );
  for (const row of top.getRows()) console.log(row.join(' '));
}
