import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createEngineReader } from '../../../shared/core/flow-log/engine/engine-reader.ts';
import { createPlainEngine } from '../../../shared/core/flow-log/engine/plain-engine.ts';
import { createWasmEngine } from '../../../shared/core/flow-log/engine/wasm-engine.ts';
import { createFlowReader, type FlowReaderOptions } from '../../../shared/core/flow-log/flow-reader.ts';
import { mergeFlowParts } from '../../../shared/core/flow-log/merge.ts';
import type { Part } from '../../../shared/core/model/part.ts';
import { portCount, portsOf } from '../../../shared/core/model/port-set.ts';
import type { InputReader, Reading } from '../../../shared/core/model/reading.ts';
import { flowRowsOf } from './plain-rows.ts';

/** Recordings and third-party samples live beside the project and never in it: without them there is nothing to test. */
const BESIDE = new URL('../../../../shared/', import.meta.url);

type CreateReader = (options: FlowReaderOptions) => InputReader;

const READERS: readonly (readonly [string, CreateReader])[] = [
  ['the plain reader', createFlowReader],
  ['the plain engine', (options) => createEngineReader(createPlainEngine, options)],
  ['the wasm engine', (options) => createEngineReader(createWasmEngine, options)],
];

function readBeside(path: string, format?: readonly string[], createReader: CreateReader = createFlowReader): Reading {
  const reader = createReader({ file: path, ...(format ? { format } : {}) });
  const bytes = readFileSync(new URL(path, BESIDE));
  reader.push(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  return reader.finish();
}

const partsOf = (reading: Reading): Part[] =>
  reading.scopes.map(({ scope, observations }) => ({
    version: 1,
    id: scope,
    source: 'flow-log',
    scope,
    input: 'recorded',
    fields: reading.fields,
    observations,
  }));

const hasLab = existsSync(new URL('lab/incidents', BESIDE));

describe.skipIf(!hasLab)('recorded incidents', () => {
  it.each(['v2', 'v5'])('host churn in %s: 300 ports to one destination', (version) => {
    const reading = readBeside(`lab/incidents/host-churn/flow-logs.${version}.log.gz`);
    expect(reading.counts).toMatchObject({ read: 636, rejected: 0, skipped: 0 });
    const { rows } = mergeFlowParts(partsOf(reading));
    const culprit = rows.filter(({ destination }) => destination.address === '10.92.0.1' && destination.port === 443);
    expect(new Set(rows.map((row) => row.localAddress))).toEqual(new Set(['10.92.0.2']));
    expect(Math.max(...culprit.map((row) => portCount(row.ports)))).toBeGreaterThan(100);
  });

  it.each(['v2', 'v5'])('NAT exhaustion in %s: 128 ports of the gateway to one destination', (version) => {
    const reading = readBeside(`lab/incidents/nat-exhaustion/flow-logs.${version}.log.gz`);
    expect(reading.counts).toMatchObject({ rejected: 0, skipped: 0 });
    const { rows } = mergeFlowParts(partsOf(reading));
    const egress = rows.filter(
      (row) => row.localAddress === '10.77.0.220' && row.interfaceId === 'eni-0aaaabbbbccccdddd',
    );
    expect(Math.max(...egress.map((row) => portCount(row.ports)))).toBe(128);
    expect(new Set(egress.map((row) => row.destination.port))).toEqual(new Set([443]));
  });

  it('the client legs of the gateway know their clients and failed opens', () => {
    const { rows } = mergeFlowParts(partsOf(readBeside('lab/incidents/nat-exhaustion/flow-logs.v5.log.gz')));
    const clients = rows.filter((row) => row.via === '10.77.0.220');
    expect(new Set(clients.map((row) => row.localAddress))).toEqual(
      new Set(['10.77.1.11', '10.77.1.12', '10.77.1.13']),
    );
  });
});

const TGW_COLUMNS: readonly (readonly [number, string])[] = [
  [3, 'tgw-id'],
  [4, 'tgw-attachment-id'],
  [16, 'srcaddr'],
  [17, 'dstaddr'],
  [18, 'srcport'],
  [19, 'dstport'],
  [20, 'protocol'],
  [21, 'packets'],
  [22, 'bytes'],
  [23, 'start'],
  [24, 'end'],
  [25, 'log-status'],
];

const hasCorpus = existsSync(new URL('corpus/flowlogs', BESIDE));

/** What the sample's own library reads, record by record. */
type Expected = {
  readonly bytes: number;
  readonly packets: number;
  readonly srcport: number;
  readonly dstport: number;
};

describe.skipIf(!hasCorpus).each(READERS)('third-party samples, by %s', (__, createReader) => {
  it.each([
    ['flowlogs-reader/v2_records.log', 3, 0, 2],
    ['flowlogs-reader/v3_file.log', 2, 0, 0],
    ['flowlogs-reader/v4_file.log', 2, 0, 0],
    ['flowlogs-reader/v5_file.log', 2, 1, 0],
    ['flowlogs-reader/v6_file.log', 0, 1, 0],
    ['elastic-integrations/test-extra-samples.log', 3, 0, 4],
    ['elastic-integrations/test-tcp-flag-sequence.log', 1, 0, 2],
  ])('%s', (path, read, rejected, skipped) => {
    expect(readBeside(`corpus/flowlogs/${path}`, undefined, createReader).counts).toMatchObject({
      read,
      rejected,
      skipped,
    });
  });

  it.each([
    ['test_serial', 'v3_file.log'],
    ['test_serial_v4', 'v4_file.log'],
    ['test_serial_v5', 'v5_file.log'],
  ])('%s: bytes, packets and ports of every record', (name, file) => {
    const folder = 'corpus/flowlogs/flowlogs-reader';
    const all = JSON.parse(readFileSync(new URL(`${folder}/s3_expected.json`, BESIDE), 'utf8')) as object;
    const expected = Reflect.get(all, name) as readonly Expected[];
    const rows = flowRowsOf(readBeside(`${folder}/${file}`, undefined, createReader));
    const total = <T>(list: readonly T[], of: (each: T) => number): number =>
      list.reduce((sum, each) => sum + of(each), 0);
    expect(total(rows, ({ bytes }) => bytes)).toBe(total(expected, ({ bytes }) => bytes));
    expect(total(rows, ({ packets }) => packets)).toBe(total(expected, ({ packets }) => packets));
    const ports = new Set(rows.flatMap(({ ports: own, destination }) => [...portsOf(own), destination.port]));
    expect(ports).toEqual(new Set(expected.flatMap(({ srcport, dstport }) => [srcport, dstport])));
  });

  it('records of a transit gateway belong to it, and to their attachment', () => {
    // Where each used field of the sample stands, by its documented meaning; the others are of no use here.
    const names = Array.from({ length: 36 }, (_, column) => `column-${column}`);
    for (const [column, field] of TGW_COLUMNS) names[column] = field;
    const path = 'corpus/flowlogs/elastic-integrations/test-tgw-samples.log';
    const { counts, scopes } = readBeside(path, names, createReader);
    expect(counts).toMatchObject({ read: 1, skipped: 4, rejected: 0 });
    expect(scopes.map(({ scope }) => scope)).toEqual(['tgw-0a12bc34de56f7890']);
    const row = scopes[0]?.observations.findLast((observation) => observation.kind === 'flow');
    expect(row).toMatchObject({
      interfaceId: 'tgw-attach-0123abcd',
      localAddress: '216.160.83.56',
      destination: { address: '89.160.20.128', port: 8080, protocol: 17 },
      bytes: 6842,
      packets: 13,
    });
  });

  it('every documented line is read with its documented format', () => {
    const cases = readFileSync(new URL('corpus/flowlogs/awsdocs/cases.jsonl', BESIDE), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { format: string; line: string; fields: number; format_fields: number });
    for (const { format, line, fields, format_fields: expected } of cases) {
      const reader = createReader({ file: 'cases.jsonl', format: format.split(' ') });
      reader.push(new TextEncoder().encode(line));
      const { counts } = reader.finish();
      const reasons = counts.rejectedExamples.map(({ reason }) => reason);
      // The guide shows some formats without ports or times: no row can come of them, and the reason says so.
      const usable = fields === expected && !/format has no/.test(reasons[0] ?? '');
      expect([line, counts.rejected, reasons]).toEqual(usable ? [line, 0, []] : [line, 1, [expect.anything()]]);
    }
  });

  it('reads rows in the millisecond and v5 samples of all fields', () => {
    const format =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status ' +
      'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id ' +
      'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path';
    const path = 'corpus/flowlogs/elastic-integrations/test-v5-all-fields.log';
    const reading = readBeside(path, format.split(' '), createReader);
    expect(flowRowsOf(reading)).toMatchObject([{ destination: { port: 33_004 }, rejected: 1 }]);
  });
});
