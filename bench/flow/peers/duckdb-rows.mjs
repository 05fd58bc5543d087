// The rows of flow logs as SQL can say them, one line each: node duckdb-rows.mjs FOLDER OUT
// Everything but who began is plain grouping; that is the rule of shared/core/flow-log/legs.ts.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { headerOf } from './header.mjs';

const [folder, out] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(process.cwd(), 'peers.cjs'))('@duckdb/node-api');
const header = headerOf(folder).split(' ');

const INTEGERS = ['bytes', 'packets', 'srcport', 'dstport', 'protocol', 'start', 'end', 'tcp-flags'];
const columns = header.map((name) => `'${name}': '${INTEGERS.includes(name) ? 'BIGINT' : 'VARCHAR'}'`).join(', ');
const source = `read_csv('${folder}/*.gz', delim=' ', header=true, auto_detect=false, quote='', escape='', nullstr='-', compression='gzip', columns={${columns}})`;
const has = (name) => header.includes(name);
const pkt = (side) => (has(`pkt-${side}addr`) ? `coalesce("pkt-${side}addr", ${side}addr)` : `${side}addr`);

const records = `SELECT "interface-id" AS eni, srcaddr, dstaddr, ${pkt('src')} AS psrc, ${pkt('dst')} AS pdst, srcport, dstport,
  protocol, packets, bytes, start, "end", action, ${has('tcp-flags') ? 'CASE WHEN protocol = 6 THEN coalesce("tcp-flags", 0) ELSE 0 END' : '0'} AS flags
  FROM ${source} WHERE "log-status" = 'OK'`;
const oriented = `SELECT *, CASE WHEN (flags & 2) <> 0 THEN (flags & 16) <> 0 ELSE srcport < dstport END AS reply
  FROM records WHERE (flags & 2) <> 0 OR srcport <> dstport`;
const legs = `SELECT *, CASE WHEN reply THEN pdst ELSE psrc END AS local, CASE WHEN reply THEN psrc ELSE pdst END AS remote,
  CASE WHEN reply THEN dstport ELSE srcport END AS lport, CASE WHEN reply THEN srcport ELSE dstport END AS rport,
  CASE WHEN reply THEN srcaddr ELSE dstaddr END AS outer_address,
  unnest(range(start // 60, "end" // 60 + 1)) AS minute FROM oriented`;
const isFirst = 'minute = start // 60';
const isLast = 'minute = "end" // 60';
const isClosed = `(flags & 5) <> 0 AND ${isLast}`;
const sum = (what) => `coalesce(sum(${what}) FILTER (${isLast}), 0)::BIGINT`;
const overlap = (second) =>
  `count(*) FILTER (NOT reply AND start <= minute * 60 + ${second} AND "end" >= minute * 60 + ${second})`;
const lifetime = (above, upTo) =>
  `count(*) FILTER (${isClosed} AND NOT reply AND "end" - start > ${above} AND "end" - start <= ${upTo})`;
const rows = `SELECT minute, eni, local, remote, rport, protocol, CASE WHEN outer_address = remote THEN '' ELSE outer_address END AS via,
  count(DISTINCT lport), count(DISTINCT lport) FILTER (NOT reply AND (flags & 2) <> 0 AND ${isFirst}),
  count(DISTINCT lport) FILTER (reply), count(DISTINCT lport) FILTER (${isClosed}),
  sum(DISTINCT lport)::BIGINT, ${sum('bytes')}, ${sum('packets')}, count(*) FILTER (${isLast}),
  count(*) FILTER (${isLast} AND action = 'REJECT'), ${[0, 15, 30, 45].map(overlap).join(', ')},
  ${[
    [-1, 1],
    [1, 2],
    [2, 5],
    [5, 15],
    [15, 60],
    [60, 350],
    [350, 1e9],
  ]
    .map(([above, upTo]) => lifetime(above, upTo))
    .join(', ')}
  FROM legs GROUP BY ALL`;

const instance = await DuckDBInstance.create(':memory:', {
  memory_limit: '12GB',
  temp_directory: join(process.cwd(), 'spill'),
});
const connection = await instance.connect();
await connection.run(
  `COPY (WITH records AS (${records}), oriented AS (${oriented}), legs AS (${legs}) ${rows}) TO '${out}' (HEADER false, DELIM ' ', QUOTE '', ESCAPE '')`,
);
