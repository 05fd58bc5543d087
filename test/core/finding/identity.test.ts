import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../shared/core/correlate/incident.ts';
import type { EpisodeRecord } from '../../../shared/core/finding/human-action.ts';
import {
  continuesEpisode,
  episodeOf,
  familyOf,
  findingId,
  groupEpisodes,
  numberEpisodes,
  reopenedMsOf,
} from '../../../shared/core/finding/identity.ts';
import { minuteEndMs } from '../../../shared/core/model/time.ts';
import { analyzeRows, natIncident, START } from '../builders.ts';

const HOUR = 60;
const incident = (start: number, end: number, resolved: number | null): Incident => ({
  startMinute: START + start,
  endMinute: START + end,
  resolvedMinute: resolved === null ? null : START + resolved,
  signals: new Map(),
});
/** Episodes of one incident each, by their first and last minutes after `START`; each ends with its last minute. */
const episodes = (...spans: readonly (readonly [number, number])[]): Incident[][] =>
  spans.map(([start, end]) => [incident(start, end, end)]);
/** `to` is the last minute of the episode and, unless `resolved` says otherwise, its end. */
const record = (episode: number, from: number, to: number, resolved: number | null = to): EpisodeRecord => ({
  findingId: `fp-${episode}`,
  family: 'nat-ports',
  subject: 'nat-gateway:a',
  episode,
  firstSeenMs: minuteEndMs(START + from),
  lastSeenMs: minuteEndMs(START + to),
  resolvedMs: resolved === null ? null : minuteEndMs(START + resolved),
  reopenedMs: null,
  detectors: [],
});
const number = (found: Incident[][], given: readonly EpisodeRecord[]) =>
  numberEpisodes('nat-ports', 'nat-gateway:a', found, given, 6);

describe('numberEpisodes', () => {
  it('counts from one where none was given', () => {
    expect(number(episodes([0, 5], [800, 805]), [])).toEqual([1, 2]);
  });

  it('keeps the number of an episode that it overlaps', () => {
    expect(number(episodes([10, 20]), [record(7, 0, 15)])).toEqual([7]);
    expect(number(episodes([0, 20]), [record(7, 10, 15)])).toEqual([7]);
  });

  it('keeps it when the horizon has moved on past its beginning', () => {
    expect(number(episodes([300, 310]), [record(3, 0, 305)])).toEqual([3]);
  });

  it('keeps it within the gap, after and before, and counts on past it', () => {
    expect(number(episodes([6 * HOUR - 1, 400]), [record(7, -10, 0)])).toEqual([7]);
    expect(number(episodes([6 * HOUR, 400]), [record(7, -10, 0)])).toEqual([8]);
    expect(number(episodes([-500, -(6 * HOUR - 1)]), [record(7, 0, 10)])).toEqual([7]);
    expect(number(episodes([-500, -(6 * HOUR)]), [record(7, 0, 10)])).toEqual([8]);
  });

  it('counts the gap from the end, not from the last sign', () => {
    expect(number(episodes([6 * HOUR + 4, 400]), [record(7, -10, 0, 5)])).toEqual([7]);
    expect(number(episodes([6 * HOUR + 5, 400]), [record(7, -10, 0, 5)])).toEqual([8]);
    // Somebody resolved it in the midst of its signs.
    expect(number(episodes([6 * HOUR - 1, 400]), [record(7, -10, 0, -4)])).toEqual([7]);
  });

  it('keeps the number of what never ended, however long ago it was last heard of', () => {
    expect(number(episodes([100 * HOUR, 100 * HOUR + 5]), [record(7, -10, 0, null)])).toEqual([7]);
  });

  it('gives each number once', () => {
    expect(number(episodes([0, 5], [400, 405]), [record(2, 0, 405)])).toEqual([2, 3]);
    expect(number(episodes([0, 5], [800, 805], [1_600, 1_605]), [record(2, 800, 805)])).toEqual([3, 2, 4]);
  });

  it('does not depend on the order of the records', () => {
    const given = [record(1, 0, 3), record(2, 540, 545)];
    expect(number(episodes([300, 303]), given)).toEqual([1]);
    expect(number(episodes([300, 303]), given.toReversed())).toEqual([1]);
  });

  it('leaves other families and subjects alone', () => {
    const others = [
      { ...record(5, 0, 5), family: 'host-ports' },
      { ...record(6, 0, 5), subject: 'nat-gateway:b' },
    ];
    expect(number(episodes([0, 5]), others)).toEqual([1]);
  });
});

describe('groupEpisodes', () => {
  it('joins incidents less than the gap apart, counted from when the last one resolved', () => {
    const first = incident(0, 10, 15);
    const at = (start: number) => groupEpisodes([first, incident(start, start, null)], 6).length;
    expect([at(15 + 359), at(15 + 360)]).toEqual([1, 2]);
  });

  it('measures each gap from the incident before, not from the first', () => {
    const many = [0, 300, 600, 900].map((start) => incident(start, start, start + 5));
    expect(groupEpisodes(many, 6)).toHaveLength(1);
  });

  it('comes to the same as numbering does when the first incident is out of sight', () => {
    for (const gapMinutes of [0, 1, 359, 360, 361, 1_000]) {
      const [first, second] = [incident(0, 10, 15), incident(15 + gapMinutes, 400 + gapMinutes, null)];
      const inSight = groupEpisodes([first, second], 6).length === 1;
      const outOfSight = number([[second]], [record(1, 0, 10, 15)])[0] === 1;
      expect([gapMinutes, inSight]).toEqual([gapMinutes, outOfSight]);
    }
  });
});

describe('continuesEpisode', () => {
  it('within the gap, and whenever there was no end', () => {
    const gap = (ms: number, endMs: number | null = 0) => continuesEpisode(endMs, ms, 6);
    expect([gap(6 * 3_600_000 - 1), gap(6 * 3_600_000), gap(-1), gap(1e15, null)]).toEqual([true, false, true, true]);
  });
});

describe('reopenedMsOf', () => {
  const second = incident(100, 110, null);
  const start = minuteEndMs(START + 100);

  it('is the beginning of the last incident of several', () => {
    expect(reopenedMsOf([incident(0, 10, 15), second], null)).toBe(start);
  });

  it('is the beginning of the only one in sight, when what was known before had ended', () => {
    expect(reopenedMsOf([second], record(1, 0, 10, 15))).toBe(start);
    expect(reopenedMsOf([second], record(1, 0, 99, 99))).toBe(start);
    expect(reopenedMsOf([second], record(1, 0, 105, 100))).toBeNull();
  });

  it('is what was known before while that goes on, and nothing for the first', () => {
    expect(reopenedMsOf([second], { ...record(1, 0, 105, null), reopenedMs: 77 })).toBe(77);
    expect(reopenedMsOf([second], record(1, 0, 105, null))).toBeNull();
    expect(reopenedMsOf([second], null)).toBeNull();
  });
});

describe('findingId', () => {
  it('is the same for the same family, subject and episode, and another for any other', () => {
    const id = findingId('nat-ports', 'nat-gateway:a', 1);
    expect(id).toMatch(/^fp-[0-9a-f]{16}$/);
    expect(findingId('nat-ports', 'nat-gateway:a', 1)).toBe(id);
    const others = [
      findingId('host-ports', 'nat-gateway:a', 1),
      findingId('nat-ports', 'nat-gateway:b', 1),
      findingId('nat-ports', 'nat-gateway:a', 2),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  it('is one for pressure that turns into exhaustion', () => {
    expect(familyOf('nat-port-pressure')).toBe(familyOf('nat-port-exhaustion'));
    expect(familyOf('host-port-pressure')).toBe(familyOf('host-port-exhaustion'));
    expect(familyOf('nat-port-pressure')).not.toBe(familyOf('host-port-pressure'));
  });
});

describe('episodeOf', () => {
  it('brings a finding’s own number back', () => {
    const { observations, settings } = natIncident();
    const [first] = analyzeRows(observations, { settings }).findings;
    if (!first) throw new Error('no finding');
    const given = { ...episodeOf(first), episode: 4, findingId: 'fp-4' };
    const [again] = analyzeRows(observations, { settings, episodes: [given] }).findings;
    expect(again).toMatchObject({ episode: 4, id: findingId('nat-ports', given.subject, 4) });
  });
});
