import { describe, expect, it } from 'vitest';
import type { HostMetricName, MetricMinute } from '../../../shared/core/model/observation.ts';
import { minuteEndMs } from '../../../shared/core/model/time.ts';
import {
  analyzeRows,
  CLIENT,
  hostIncident,
  inventory,
  metricMinute,
  natIncident,
  networkInterface,
  START,
} from '../builders.ts';

const INSTANCE = 'i-0123456789abcdef0';
const known = inventory({ interfaces: [networkInterface({ instanceId: INSTANCE })] });

const agent = (
  minute: number,
  counts: Partial<Record<HostMetricName, number>>,
  resourceId = INSTANCE,
): MetricMinute[] =>
  Object.entries(counts).map(([metric, value]) =>
    metricMinute({ minute, resourceType: 'host', resourceId, metric: metric as HostMetricName, value }),
  );

const evidenceOf = (
  incident: ReturnType<typeof hostIncident>,
  rows: readonly MetricMinute[],
  given = { inventory: known },
) =>
  analyzeRows([...incident.observations, ...rows], { ...given, settings: incident.settings }).findings.flatMap(
    ({ evidence }) => evidence.filter(({ detector }) => detector === 'cloudwatch-agent'),
  );

describe('what the CloudWatch agent of a host counts', () => {
  it('stands in the evidence of the host’s finding, at its fullest minute', () => {
    const rows = [
      ...agent(START + 12, { netstat_tcp_time_wait: 400, netstat_tcp_established: 12 }),
      ...agent(START + 13, { netstat_tcp_time_wait: 27_901, netstat_tcp_established: 11 }),
    ];
    expect(evidenceOf(hostIncident(), rows)).toEqual([
      {
        source: 'metric',
        detector: 'cloudwatch-agent',
        statement: `the CloudWatch agent of ${INSTANCE} counts 27901 in TIME_WAIT, 11 established, over all destinations`,
        at: expect.stringContaining('2026-01-01T10:14:00'),
      },
    ]);
  });

  it('is told of a client behind a NAT gateway too', () => {
    const [evidence] = evidenceOf(natIncident(), agent(START + 15, { netstat_tcp_syn_sent: 900 }));
    expect(evidence?.statement).toContain('900 in SYN_SENT');
  });

  it('opens and closes nothing by itself', () => {
    const { observations, settings } = hostIncident();
    const quiet = analyzeRows(observations, { inventory: known, settings }).findings;
    const rows = Array.from({ length: 40 }, (_, i) => agent(START + i, { netstat_tcp_time_wait: 28_000 })).flat();
    const loud = analyzeRows([...observations, ...rows], { inventory: known, settings }).findings;
    const withoutEvidence = (findings: typeof quiet) => findings.map((finding) => ({ ...finding, evidence: [] }));
    expect(withoutEvidence(loud)).toEqual(withoutEvidence(quiet));
    expect(analyzeRows(rows, { inventory: known, settings }).findings).toEqual([]);
  });

  it('is left out outside of the episode, for other instances, and where no interface names the instance', () => {
    const late = agent(START + 29, { netstat_tcp_time_wait: 1 });
    const other = agent(START + 13, { netstat_tcp_time_wait: 1 }, 'i-0fedcba9876543210');
    expect(evidenceOf(hostIncident(), [...late, ...other])).toEqual([]);
    const rows = agent(START + 13, { netstat_tcp_time_wait: 1 });
    expect(evidenceOf(hostIncident(), rows, { inventory: inventory() })).toEqual([]);
  });

  it('is no signal whose silence would be missed', () => {
    const rows = agent(START, { netstat_tcp_time_wait: 1 });
    const { summary } = analyzeRows(rows, { inventory: known, nowMs: minuteEndMs(START + 600) });
    expect(summary.signals).toEqual([]);
    expect(CLIENT).toBe(known.interfaces[0]?.addresses[0]);
  });
});
