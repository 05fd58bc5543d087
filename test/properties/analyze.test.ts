import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogReader } from '../../shared/core/app-log/log-reader.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { settingsSchema } from '../../shared/core/model/settings.ts';
import { stableHash } from '../../shared/core/model/stable-hash.ts';
import { analyzeParts, hostIncident, metricMinute, natIncident, part, partsOf, START } from '../core/builders.ts';
import {
  flowParts,
  type IncidentName,
  logParts,
  metricParts,
  natInventoryRead,
  natLogParts,
  settingsOf,
  textOf,
} from '../core/recorded.ts';

/**
 * Once every input has arrived, the same inputs give the same findings, whatever the order, batching and duplication.
 */

/** Numbers to make choices with: the same seed makes the same ones, so that a failing case can be told again. */
const choices = fc.infiniteStream(fc.nat({ max: 1_000_000 }));
type Choices = IterableIterator<number>;
const choose = (random: Choices, below: number): number => (random.next().value as number) % below;

function shuffled<T>(values: readonly T[], random: Choices): T[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = choose(random, i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** Cuts values into at most `most` groups, each value into one, the order within a group kept. */
function dealt<T>(values: readonly T[], most: number, random: Choices): T[][] {
  const groups = Array.from({ length: 1 + choose(random, most) }, (): T[] => []);
  for (const value of values) (groups[choose(random, groups.length)] as T[]).push(value);
  return groups.filter((group) => group.length > 0);
}

const read = (text: string): Part[] => {
  const reader = createFlowReader({ file: 'flows.log' });
  reader.push(new TextEncoder().encode(text));
  return partsOf(reader.finish(), stableHash(text));
};

/** Flow log objects: each group of lines with the header, its id derived from what it holds. */
const objectsOf = (header: string, groups: readonly (readonly string[])[]): Part[] =>
  groups.flatMap((lines) => read([header, ...lines, ''].join('\n')));

describe('parts', () => {
  const nat = natIncident();
  const host = hostIncident();
  const recorded = {
    'nat-exhaustion': [...flowParts('nat-exhaustion', 'v5'), ...natLogParts(), ...metricParts()],
    'host-churn': [...flowParts('host-churn', 'v5'), ...logParts('host-churn', 'app.log.gz')],
  };
  const cases = [
    ['a built NAT incident', nat.observations.map((row) => part([row])), { settings: nat.settings }],
    ['a built host incident', host.observations.map((row) => part([row])), { settings: host.settings }],
    [
      'the recorded NAT incident',
      recorded['nat-exhaustion'],
      { settings: settingsOf('nat-exhaustion'), inventory: natInventoryRead() },
    ],
    [
      'the recorded host incident',
      recorded['host-churn'],
      { settings: settingsOf('host-churn'), inventory: EMPTY_INVENTORY },
    ],
  ] as const;

  it.each(cases)('in any order and any number of times: %s', (_, parts, given) => {
    const expected = analyzeParts(parts, given);
    expect(expected.findings.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(choices, (random) => {
        const again = parts.filter(() => choose(random, 3) === 0);
        expect(analyzeParts(shuffled([...parts, ...again], random), given)).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it('do not depend on the order of rows within them, nor of what people did', () => {
    const actions = [1, 2, 3].map((i) => ({
      findingId: analyzeParts([part(nat.observations)], { settings: nat.settings }).findings[0]?.id ?? '',
      action: i === 2 ? ('suppress' as const) : ('acknowledge' as const),
      atMs: START * 60_000 + i,
      by: 'somebody',
      reason: '',
      untilMs: null,
    }));
    const expected = analyzeParts([part(nat.observations, { id: 'one' })], { settings: nat.settings, actions });
    fc.assert(
      fc.property(choices, (random) => {
        const again = [part(shuffled(nat.observations, random), { id: 'one' })];
        const result = analyzeParts(again, { settings: nat.settings, actions: shuffled(actions, random) });
        expect(result).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });
});

describe('flow records, cut into other objects', () => {
  it.each([
    ['nat-exhaustion', 'v5'],
    ['nat-exhaustion', 'v2'],
    ['host-churn', 'v5'],
    ['host-churn', 'v2'],
  ] as const)('of %s in %s', (incident: IncidentName, version) => {
    const [header = '', ...lines] = textOf(incident, `flow-logs.${version}.log.gz`).trim().split('\n');
    const given = {
      settings: settingsOf(incident),
      inventory: incident === 'nat-exhaustion' ? natInventoryRead() : EMPTY_INVENTORY,
    };
    const expected = analyzeParts(objectsOf(header, [lines]), given);
    expect(expected.findings).toHaveLength(1);
    fc.assert(
      fc.property(choices, (random) => {
        const objects = objectsOf(header, dealt(shuffled(lines, random), 12, random));
        expect(analyzeParts(shuffled(objects, random), given)).toEqual(expected);
      }),
      { numRuns: 3 },
    );
  });

  const HEADER =
    'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status';
  const NAT = '10.0.0.220';
  const startSeconds = START * 60;
  const settings = settingsSchema.parse({ natPortsPerAddress: 12, portRange: { low: 40_000, high: 40_029 } });

  /** One connection of a client through the gateway, as the records of its four legs; a failed one has but one. */
  const connection = fc
    .record({
      client: fc.constantFrom('10.0.1.5', '10.0.1.6'),
      server: fc.constantFrom('203.0.113.10', '203.0.113.11'),
      clientPort: fc.integer({ min: 40_000, max: 40_029 }),
      natPort: fc.integer({ min: 1_024, max: 1_035 }),
      at: fc.integer({ min: 0, max: 300 }),
      lasts: fc.constantFrom(0, 5, 70),
      fate: fc.constantFrom('closed', 'closed', 'open', 'failed', 'failed', 'silent'),
    })
    .map(({ client, server, clientPort, natPort, at, lasts, fate }) => {
      const start = startSeconds + at;
      const record = (from: string, to: string, pktFrom: string, pktTo: string, ports: string, flags: number) =>
        `eni-nat ${from} ${to} ${pktFrom} ${pktTo} ${ports} 6 3 180 ${start} ${start + lasts} ACCEPT ${flags} OK`;
      const end = fate === 'closed' ? 1 : 0;
      const asked = record(client, NAT, client, server, `${clientPort} 443`, 2 + end);
      if (fate === 'failed') return [asked];
      const forwarded = record(NAT, server, NAT, server, `${natPort} 443`, 2 + end);
      if (fate === 'silent') return [asked, forwarded];
      return [
        asked,
        forwarded,
        record(server, NAT, server, NAT, `443 ${natPort}`, 18 + end),
        record(NAT, client, server, client, `443 ${clientPort}`, 18 + end),
      ];
    });

  it('of generated traffic, some of which runs out', () => {
    let withFindings = 0;
    fc.assert(
      fc.property(fc.array(connection, { minLength: 40, maxLength: 200 }), choices, (connections, random) => {
        const lines = connections.flat();
        const given = { settings, inventory: EMPTY_INVENTORY };
        const expected = analyzeParts(objectsOf(HEADER, [lines]), given);
        if (expected.findings.length > 0) withFindings += 1;
        const objects = objectsOf(HEADER, dealt(shuffled(lines, random), 6, random));
        expect(analyzeParts(shuffled([...objects, ...objects.slice(1)], random), given)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
    expect(withFindings).toBeGreaterThan(5);
  });
});

describe('log events, delivered in other batches', () => {
  type Event = { readonly id: string; readonly timestamp: number; readonly message: string };

  /** The errors of a recorded log as CloudWatch would hand them over, each with an id of its own. */
  function eventsOf(incident: IncidentName, file: string): Event[] {
    return textOf(incident, file)
      .trim()
      .split('\n')
      .filter((line) => line.includes('"error"'))
      .map((message, i) => ({
        id: `${file}-${String(i).padStart(40, '0')}`,
        timestamp: Date.parse((JSON.parse(message) as { time: string }).time),
        message,
      }));
  }

  function payload(logGroup: string, logEvents: readonly Event[]): Part[] {
    const text = JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup,
      logStream: 'app/1',
      subscriptionFilters: ['freeport'],
      logEvents,
    });
    const logSource = { group: logGroup, stream: null, service: null };
    const reader = createLogReader({ file: 'payload', logSource });
    reader.push(new TextEncoder().encode(text));
    return partsOf(reader.finish(), stableHash(text));
  }

  it.each([
    ['host-churn', ['app.log.gz'], flowParts('host-churn', 'v5')],
    ['nat-exhaustion', ['app-c1.log.gz', 'app-c2.log.gz', 'app-c3.log.gz'], metricParts()],
  ] as const)('of %s', (incident, files, others) => {
    const given = {
      settings: settingsOf(incident),
      inventory: incident === 'nat-exhaustion' ? natInventoryRead() : EMPTY_INVENTORY,
    };
    const groups = files.map((file) => ({ group: `/ecs/${file}`, events: eventsOf(incident, file) }));
    const expected = analyzeParts([...groups.flatMap(({ group, events }) => payload(group, events)), ...others], given);
    expect(JSON.stringify(expected)).toContain(incident === 'host-churn' ? '181 log events' : '264 connect timeouts');
    fc.assert(
      fc.property(choices, (random) => {
        const batches = groups.flatMap(({ group, events }) => {
          const repeated = events.filter(() => choose(random, 4) === 0);
          return dealt(shuffled([...events, ...repeated], random), 30, random).flatMap((some) => payload(group, some));
        });
        expect(analyzeParts(shuffled([...batches, ...others], random), given)).toEqual(expected);
      }),
      { numRuns: 6 },
    );
  });
});

it('metric datapoints that overlap other files say nothing more', () => {
  const datapoints = Array.from({ length: 20 }, (_, i) =>
    metricMinute({ minute: START + i, value: i > 5 && i < 9 ? 70 : 0 }),
  );
  const expected = analyzeParts([part(datapoints)]);
  expect(expected.findings).toHaveLength(1);
  fc.assert(
    fc.property(choices, (random) => {
      const files = [
        ...dealt(datapoints, 4, random),
        ...dealt(
          datapoints.filter(() => choose(random, 2) === 0),
          2,
          random,
        ),
      ];
      expect(analyzeParts(files.map((rows) => part(rows)))).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});
