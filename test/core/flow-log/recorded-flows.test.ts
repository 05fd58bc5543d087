import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createFlowReader } from '../../../shared/core/flow-log/flow-reader.ts';
import { mergeFlowParts } from '../../../shared/core/flow-log/merge.ts';
import type { Part } from '../../../shared/core/model/part.ts';
import { portCount } from '../../../shared/core/model/port-set.ts';
import type { Reading } from '../../../shared/core/model/reading.ts';
import { flowRowsOf } from './plain-rows.ts';

/** Recordings and third-party samples live beside the project and never in it: without them there is nothing to test. */
const BESIDE = new URL('../../../../shared/', import.meta.url);

function readBeside(path: string, format?: readonly string[]): Reading {
  const reader = createFlowReader({ file: path, ...(format ? { format } : {}) });
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

const hasCorpus = existsSync(new URL('corpus/flowlogs', BESIDE));

describe.skipIf(!hasCorpus)('third-party samples', () => {
  it.each([
    ['flowlogs-reader/v2_records.log', 3, 0, 2],
    ['flowlogs-reader/v3_file.log', 2, 0, 0],
    ['flowlogs-reader/v4_file.log', 2, 0, 0],
    ['flowlogs-reader/v5_file.log', 2, 1, 0],
    ['flowlogs-reader/v6_file.log', 0, 1, 0],
    ['elastic-integrations/test-extra-samples.log', 3, 0, 4],
    ['elastic-integrations/test-tcp-flag-sequence.log', 1, 0, 2],
  ])('%s', (path, read, rejected, skipped) => {
    expect(readBeside(`corpus/flowlogs/${path}`).counts).toMatchObject({ read, rejected, skipped });
  });

  it('every documented line is read with its documented format', () => {
    const cases = readFileSync(new URL('corpus/flowlogs/awsdocs/cases.jsonl', BESIDE), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { format: string; line: string; fields: number; format_fields: number });
    for (const { format, line, fields, format_fields: expected } of cases) {
      const reader = createFlowReader({ file: 'cases.jsonl', format: format.split(' ') });
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
    const reading = readBeside('corpus/flowlogs/elastic-integrations/test-v5-all-fields.log', format.split(' '));
    expect(flowRowsOf(reading)).toMatchObject([{ destination: { port: 33_004 }, rejected: 1 }]);
  });
});
