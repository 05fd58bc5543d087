import { execFileSync } from 'node:child_process';
import { measureAnalysis, type AnalysisFigures } from './analysis.ts';
import { BUNDLE_BYTES, measureBundles } from './bundles.ts';
import { dollarsIdle, dollarsPerGb, dollarsWatched, sum, type CostLine } from './costs.ts';
import { measureFlowObject, measureLogEvents } from './ingest.ts';
import { MEMORY_MB } from './prices.ts';

// npm run bench:aws: what the functions weigh, take, read and cost. Times are of one processor of this machine, all
// threads together, so that other programs do not count; Lambda's arm64 gives one processor at 1,769 MB.
// `-- --tenfold` also runs a hundred gateways, which takes 15 GB of memory.
const IMPORT_MS = 100;
const DOLLARS_PER_GB = 0.01;
const DOLLARS_IDLE = 6;
const GB_PER_DAY = 10;
const RUN_MS = 10_000;
const RUN_BYTES = 20_000_000;
/** Of memory that Lambda gives. */
const LARGEST_FUNCTION_MB = 10_240;

const row = (label: string, ...values: string[]): void =>
  console.log(`  ${label.padEnd(52)}${values.join('  ')}`.trimEnd());
const title = (text: string): void => console.log(`\n${text}`);
const mb = (bytes: number): string => `${(bytes / 1_000_000).toFixed(2)} MB`;
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const dollars = (value: number): string => `$${value.toFixed(4)}`;
const against = (ok: boolean, target: string): string =>
  ok ? `(target ${target}: kept)` : `(target ${target}: MISSED)`;

function list(lines: readonly CostLine[]): void {
  for (const { what, dollars: value } of lines) row(what, dollars(value));
}

title('Bundles: the whole, and what a cold start loads');
for (const { name, entryBytes, totalBytes, importMs, carriesEc2 } of await measureBundles()) {
  const bound = /^(?:ingest|analyze)/.test(name);
  const verdict = bound
    ? against(entryBytes <= BUNDLE_BYTES && importMs <= IMPORT_MS, '450 kB and 100 ms at start')
    : '';
  const sizes = `${(totalBytes / 1_000).toFixed(0)} kB, ${(entryBytes / 1_000).toFixed(0)} kB at start`;
  row(name, sizes.padEnd(26), ms(importMs).padEnd(8), carriesEc2 ? 'carries EC2' : '', verdict);
}

title('Log events, decoded to stored parts');
const logs = measureLogEvents();
row('1,000 events that tell of exhaustion', ms(logs.candidateMs));
row('1,000 events that the filter lets through in vain', ms(logs.otherMs));

title('A flow log object: one NAT gateway, 1,000 connections/s, five minutes');
const load = {
  gateway: 1,
  startMinute: 29_454_360,
  minutes: 5,
  connectionsPerSecond: 1_000,
  destinations: 50,
  clients: 40,
};
const { figures: flow } = measureFlowObject(load, 'engine');
row('records', flow.records.toLocaleString('en'));
row('text, gzip', mb(flow.textBytes), mb(flow.objectBytes));
row('gunzip, read, store', ms(flow.gunzipMs), ms(flow.readMs), ms(flow.storeMs));
row('calls', `1 get, ${flow.parts} put, ${flow.indexWrites} index writes`);
row('bytes', `${mb(flow.objectBytes)} read, ${mb(flow.partBytes)} written`);

title('The largest object that AWS delivers, as the function reads it');
const parameters = ['--max-old-space-size=400', new URL('large-object.ts', import.meta.url).pathname];
const large = JSON.parse(execFileSync(process.execPath, parameters, { encoding: 'utf8' })) as Record<string, number>;
row('gzip, text', mb(large['packedBytes'] ?? 0), mb(large['textBytes'] ?? 0));
row('records, pieces, parts', (large['records'] ?? 0).toLocaleString('en'), `${large['pieces']}, ${large['parts']}`);
row('time, making it included', ms(large['totalMs'] ?? 0));
row('memory at its peak', `${large['peakRssMb']?.toFixed(0)} MB`, against((large['peakRssMb'] ?? 0) <= 512, '512 MB'));

title(`An analysis run over two hours of flow logs; the function has ${MEMORY_MB.analyze} MB`);
const small = analysisOf('10 GB of text a day: one gateway, 245 connections/s', 1, 245);
const scope = analysisOf('design load of a scope: one gateway, 1,000 connections/s', 1, 1_000);
const design = analysisOf('design load of a deployment: ten gateways, 10,000 connections/s', 10, 1_000);
tellBottleneck(scope, design);
analysisOf('ten times as much through one gateway: 10,000 connections/s', 1, 10_000);
if (process.argv.includes('--tenfold')) analysisOf('ten times design load: a hundred gateways', 100, 1_000);

title(`Dollars per GB of flow log text at ${GB_PER_DAY} GB a day`);
const perGb = dollarsPerGb(flow, small, GB_PER_DAY);
list(perGb);
row('sum', dollars(sum(perGb)), against(sum(perGb) <= DOLLARS_PER_GB, '$0.01'));

title('Dollars a month, idle, three NAT gateways');
list(dollarsIdle(3));
row('sum', dollars(sum(dollarsIdle(3))), against(sum(dollarsIdle(3)) <= DOLLARS_IDLE, '$6'));
const further = sum(dollarsIdle(4)) - sum(dollarsIdle(3));
row('each further gateway', dollars(further), against(further <= 1, '$1'));
row('an hour of a watched gateway at design load, more', dollars(dollarsWatched(scope)));

function analysisOf(label: string, gateways: number, connectionsPerSecond: number): AnalysisFigures {
  const figures = measureAnalysis({ gateways, connectionsPerSecond, horizonMinutes: 120 });
  const { newBytes, newParts, storedBytes, parts, coldMs, warmMs } = figures;
  row(label);
  const isKept = warmMs <= RUN_MS && newBytes <= RUN_BYTES;
  row('  warm: parts, bytes, time', `${newParts}`, mb(newBytes), ms(warmMs), against(isKept, '20 MB and 10 s'));
  row('  just started: parts, bytes, time', `${parts}`, mb(storedBytes), ms(coldMs));
  row('  parts kept, memory at its peak', mb(figures.keptBytes), `${figures.peakRssMb.toFixed(0)} MB`);
  return figures;
}

/** What a further gateway takes, and so where the time and the memory end that one function has. */
function tellBottleneck(one: AnalysisFigures, ten: AnalysisFigures): void {
  const msEach = (ten.warmMs - one.warmMs) / 9;
  const mbEach = (ten.peakRssMb - one.peakRssMb) / 9;
  const gatewaysFor = (limit: number, first: number, each: number): number => Math.floor(1 + (limit - first) / each);
  const byTime = gatewaysFor(RUN_MS, one.warmMs, msEach);
  const byMemory = gatewaysFor(LARGEST_FUNCTION_MB, one.peakRssMb, mbEach);
  row('each further gateway', ms(msEach), `${mbEach.toFixed(0)} MB`);
  row('gateways within 10 s on one processor', String(byTime));
  row(`gateways within the ${LARGEST_FUNCTION_MB.toLocaleString('en')} MB of a function`, String(byMemory));
  row('ten times design load, a hundred gateways', ms(one.warmMs + 99 * msEach), 'reckoned from the above');
  const which =
    byTime < byMemory ? 'one processor evaluates all gateways' : 'rows of all gateways lie in memory at once';
  console.log(`  Bottleneck past design load: ${which}.`);
}
