import { describe, expect, it } from 'vitest';
import { analyzeRows, connectErrorMinute, flowMinute, metricRun, portsFrom, settings, START } from '../builders.ts';

const errors = metricRun(
  'ErrorPortAllocation',
  Array.from({ length: 30 }, (_, i) => (i >= 10 && i < 20 ? 150 : 0)),
);
const ids = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => (from + i).toString(16).padStart(16, '0'));
const timeouts = (minute: number, host: string, from: number, count: number) =>
  connectErrorMinute({
    minute: START + minute,
    verdict: 'nat-timeout-suspect',
    destination: { host, port: 443 },
    logSource: { group: 'checkout.log', stream: null, service: 'checkout' },
    localAddress: null,
    eventIds: ids(from, count),
  });

describe('a NAT gateway that fails, and no flow records', () => {
  it('blames the destinations that programs timed out on meanwhile', () => {
    const rows = [...errors, timeouts(12, '203.0.113.10', 0, 60), timeouts(13, 'api.example.com', 100, 20)];
    const { findings, evaluations } = analyzeRows(rows);
    expect(findings).toMatchObject([
      {
        kind: 'nat-port-exhaustion',
        destination: { address: '203.0.113.10', port: 443, protocol: 6 },
        destinations: [
          { address: '203.0.113.10', share: 0.75, failures: { low: 60, high: 60 } },
          { address: 'api.example.com', hostNames: ['api.example.com'], share: 0.25 },
        ],
        sources: [
          { address: null, owner: 'checkout', logSource: 'checkout.log checkout', joinedBy: 'destination-and-minute' },
        ],
        title: expect.stringContaining('towards 203.0.113.10:443/tcp'),
      },
    ]);
    expect(findings[0]?.missingEvidence.join('\n')).not.toContain('application logs');
    expect(evaluations.map(({ subject }) => subject)).not.toContain('destination:203.0.113.10:443');
    expect(evaluations.map(({ subject }) => subject)).not.toContain('destination:api.example.com:443');
  });

  it('names the clients whose own interfaces show them, and does not call the destination unreachable', () => {
    const client = (address: string, ports: number) =>
      Array.from({ length: 10 }, (_, i) =>
        flowMinute({
          minute: START + 10 + i,
          interfaceId: `eni-${address}`,
          localAddress: address,
          opened: portsFrom(40_000 + i * ports, ports),
        }),
      );
    const own = settings({ portRange: { low: 40_000, high: 40_999 } });
    const rows = [
      ...errors,
      timeouts(12, '203.0.113.10', 0, 60),
      ...client('10.0.1.5', 300),
      ...client('10.0.1.6', 100),
    ];
    const { findings, ruledOut } = analyzeRows(rows, { settings: own });
    expect(findings.find(({ kind }) => kind === 'nat-port-exhaustion')).toMatchObject({
      destination: { address: '203.0.113.10' },
      sources: [
        { address: '10.0.1.5', interfaceId: 'eni-10.0.1.5', share: 0.75, joinedBy: 'flow' },
        { address: '10.0.1.6', share: 0.25 },
      ],
    });
    expect(ruledOut.map(({ kind }) => kind)).not.toContain('destination-unreachable');
  });

  it('does not blame what timed out at other times', () => {
    const { findings, ruledOut } = analyzeRows([...errors, timeouts(25, '203.0.113.10', 0, 60)]);
    expect(findings).toMatchObject([{ destination: null, destinations: [], sources: [] }]);
    expect(ruledOut).toMatchObject([{ kind: 'timeouts-without-nat-errors', subject: 'checkout.log checkout' }]);
  });

  it('allows programs three minutes to give up', () => {
    const blamed = (minute: number) =>
      analyzeRows([...errors, timeouts(minute, '203.0.113.10', 0, 60)]).findings[0]?.destination ?? null;
    expect([blamed(9), blamed(10), blamed(22), blamed(23)].map((destination) => destination !== null)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
