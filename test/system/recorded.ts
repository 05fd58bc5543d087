import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Analysis } from '../../shared/core/finding/schema.ts';

const INCIDENT = new URL('../fixtures/incidents/nat-exhaustion/', import.meta.url);
const FINDINGS_FOUND = 1;

export const CLIENTS = ['c1', 'c2', 'c3'] as const;

export const FLOW_LOG_KEY =
  'AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/01/01/123456789012_vpcflowlogs_us-east-1_fl-0a_20260101T1000Z_5f.log.gz';

export const recordedFile = (name: string): Buffer => readFileSync(new URL(name, INCIDENT));

export const recordedSettings = (): Record<string, unknown> =>
  JSON.parse(recordedFile('freeport.json').toString()) as Record<string, unknown>;

/** The recorded log lines of one client as CloudWatch Logs would hand them over: gzip in base64, a batch per `size` events. */
export function logBatches(client: (typeof CLIENTS)[number], size = 200): string[] {
  const lines = gunzipSync(recordedFile(`app-${client}.log.gz`))
    .toString()
    .split('\n')
    .filter(Boolean);
  const logEvents = lines.map((message, index) => ({
    id: `${client}-${String(index).padStart(8, '0')}`,
    timestamp: Date.parse((JSON.parse(message) as { time: string }).time),
    message,
  }));
  const batches: string[] = [];
  for (let at = 0; at < logEvents.length; at += size) {
    const payload = {
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: '/ecs/orders',
      logStream: `orders/orders/${client}`,
      subscriptionFilters: ['freeport'],
      logEvents: logEvents.slice(at, at + size),
    };
    batches.push(gzipSync(JSON.stringify(payload)).toString('base64'));
  }
  return batches;
}

/** `freeport analyze` over the very bytes that the functions are given. */
export function analyseOnOneMachine(): Analysis {
  const folder = mkdtempSync(join(tmpdir(), 'freeport-files-'));
  writeFileSync(join(folder, 'flow.log.gz'), recordedFile('flow-logs.v5.log.gz'));
  for (const client of CLIENTS)
    for (const [index, payload] of logBatches(client).entries())
      writeFileSync(join(folder, `${client}-${index}`), payload);
  const config = join(mkdtempSync(join(tmpdir(), 'freeport-config-')), 'freeport.json');
  writeFileSync(config, JSON.stringify(recordedSettings()));
  const cli = new URL('../../cli/freeport.mjs', import.meta.url).pathname;
  const parameters = [cli, 'analyze', folder, '--config', config, '--format', 'json', '--quiet'];
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, options);
  if (status !== FINDINGS_FOUND) throw new Error(`freeport analyze ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Analysis;
}

const LATENESS_MS = 20 * 60_000;

/** When files are analysed, now is the end of their window plus the lateness bound. */
export const analysisTime = ({ window }: Analysis): string =>
  new Date(Date.parse(window?.to ?? '') + LATENESS_MS).toISOString();
