import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../shared/core/correlate/replay.ts';
import type { EpisodeRecord } from '../../../shared/core/finding/human-action.ts';
import { episodeOf, familyOf, findingId, numberEpisodes } from '../../../shared/core/finding/identity.ts';
import { minuteEndMs } from '../../../shared/core/model/time.ts';
import { analyzeRows, natIncident, START } from '../builders.ts';

const HOUR = 60;
/** Episodes of one incident each, by their first and last minutes after `START`. */
const episodes = (...spans: readonly (readonly [number, number])[]): Incident[][] =>
  spans.map(([start, end]) => [
    { startMinute: START + start, endMinute: START + end, resolvedMinute: null, signals: new Map() },
  ]);
const record = (episode: number, from: number, to: number): EpisodeRecord => ({
  findingId: `fp-${episode}`,
  family: 'nat-ports',
  subject: 'nat-gateway:a',
  episode,
  firstSeenMs: minuteEndMs(START + from),
  lastSeenMs: minuteEndMs(START + to),
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
