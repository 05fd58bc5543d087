import { describe, expect, it } from 'vitest';
import { countBlurredPorts, spansMinutes } from '../../../shared/core/detect/blurred-ports.ts';
import { hostPortForecast } from '../../../shared/core/detect/host-port-forecast.ts';
import { hostPortUtilisation } from '../../../shared/core/detect/host-port-utilisation.ts';
import type { FlowMinute } from '../../../shared/core/model/observation.ts';
import {
  analyzeRows,
  connectErrorMinute,
  evaluateAt,
  flowMinute,
  hostSeriesOf,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const ports = portsFrom(40_000, 950);
const given = { settings: settings({ portRange: { low: 40_000, high: 40_999 } }) };
const at = (i: number, row: Parameters<typeof flowMinute>[0]) => flowMinute({ minute: START + i, ...row });

/** Ten minutes of one record per port and direction; `closes` says whether they end with a FIN. */
const tenMinutes = (closes = true, from = 0): FlowMinute[] =>
  Array.from({ length: 10 }, (_, i) =>
    at(from + i, {
      ports,
      answered: ports,
      opened: i === 0 ? ports : [],
      closed: closes && i === 9 ? ports : [],
      records: i === 9 ? 1_900 : 0,
      overlap: [950, 950, 950, 950],
    }),
  );
/** The same connections, with a record per minute. */
const minuteByMinute = (): FlowMinute[] => tenMinutes().map((row) => ({ ...row, records: 1_900 }));

describe('spansMinutes', () => {
  it('is true of records that last longer than a minute', () => {
    expect(spansMinutes(tenMinutes())).toBe(true);
  });

  it('is false of a record a minute, and of records across two', () => {
    expect(spansMinutes(minuteByMinute())).toBe(false);
    const across = [at(0, { ports, records: 0 }), at(1, { ports, records: 950 }), at(2, { ports: [9], records: 1 })];
    expect(spansMinutes(across)).toBe(false);
  });

  it('is false where the next minute has not arrived', () => {
    expect(spansMinutes([at(0, { ports, records: 0 })])).toBe(false);
  });
});

describe('countBlurredPorts', () => {
  const blurred = (rows: readonly FlowMinute[]) => [...countBlurredPorts(rows)].map(([m, n]) => [m - START, n]);

  it('counts what opens and closes in another minute, from one to the other', () => {
    expect(blurred(tenMinutes())).toEqual(Array.from({ length: 10 }, (_, i) => [i, 950]));
  });

  it('does not count what never closes, closes after more than one record can last, or closes at once', () => {
    expect(blurred(tenMinutes(false))).toEqual([]);
    expect(blurred([at(0, { opened: ports }), at(11, { closed: ports })])).toEqual([]);
    const short = { opened: ports, closed: ports };
    expect(blurred([at(0, short), at(1, short), at(2, short)])).toEqual([]);
  });

  it('counts every port that lasts where records carry no flags', () => {
    const row = { ports, opensInferred: true };
    expect(blurred([at(0, row), at(1, row), at(3, row)])).toEqual([
      [0, 950],
      [1, 950],
      [3, 0],
    ]);
  });
});

describe('ports in use by records that span minutes', () => {
  const ask = (rows: readonly FlowMinute[]) =>
    evaluateAt(hostPortUtilisation, hostSeriesOf(rows, given), START + 5, given);

  it('cannot be told where they open and close: many short connections look like one', () => {
    expect(ask(tenMinutes())).toMatchObject({
      outcome: 'insufficient-data',
      reason: expect.stringContaining('10-minute aggregation'),
    });
    const series = hostSeriesOf(tenMinutes(), given);
    expect(evaluateAt(hostPortForecast, series, START + 9, given).outcome).toBe('insufficient-data');
  });

  it('are certain where they do not close, or where records last a minute', () => {
    expect(ask(tenMinutes(false))).toMatchObject({ outcome: 'signal', level: 'critical' });
    expect(ask(minuteByMinute())).toMatchObject({ outcome: 'signal', level: 'critical' });
  });

  it('were all taken when a connect found none; the cause does not show', () => {
    const errors = [2, 3, 4].map((i) => connectErrorMinute({ minute: START + 10 + i, events: 50 }));
    const [finding] = analyzeRows([...tenMinutes(), ...tenMinutes(true, 10), ...errors], given).findings;
    expect(finding).toMatchObject({
      kind: 'host-port-exhaustion',
      cause: 'unknown',
      causeReason: expect.stringContaining('no leak'),
      title: expect.stringContaining('950 of 1000'),
      missingEvidence: expect.arrayContaining([expect.stringContaining('aggregation interval of 1 minute')]),
    });
  });
});
