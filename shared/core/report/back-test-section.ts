import type { BackTest, PastEpisode } from '../finding/schema.ts';
import { formatDestination } from '../model/destination.ts';
import { fact, facts, percentInterval, type ReportOptions, thousands, utc, utcClock } from './layout.ts';

const EPISODES_SHOWN = 40;

/** On which days Freeport would have warned, had it run at the time. */
export function renderBackTest(
  { episodes, omitted, months, delayMinutes }: BackTest,
  options: ReportOptions,
): string[] {
  if (episodes.length === 0) return [];
  const hidden = omitted + Math.max(0, episodes.length - EPISODES_SHOWN);
  return [
    ...facts('back-test', months.map(monthLine), options),
    ...facts('on', episodes.slice(0, EPISODES_SHOWN).map(episodeLine), options),
    ...(hidden > 0 ? fact('', `and ${thousands(hidden)} more: use --format json`, options) : []),
    ...fact(
      '',
      `Tried with what would have been known at the time: flow records ${delayMinutes['flow-log']} min after their minute, metrics ${delayMinutes.metric} min.`,
      options,
    ),
  ];
}

function monthLine({ month, episodes, failed, warnedBefore }: BackTest['months'][number]): string {
  const times = episodes === 1 ? 'once' : `${thousands(episodes)} times`;
  if (failed === 0) return `${month}: would have warned ${times}; nothing failed`;
  return `${month}: would have warned ${times}; connections failed in ${thousands(failed)} of them, ${thousands(warnedBefore)} warned of before that`;
}

function episodeLine(episode: PastEpisode): string {
  const { warnedAt, firstSeenAt, kind, subject, destination, peakUtilisation, confirmedBy } = episode;
  const at = warnedAt === null ? `${utc(firstSeenAt)} (in hindsight only)` : utc(warnedAt);
  const peak = peakUtilisation === null ? '' : `, peak ${percentInterval(peakUtilisation)}`;
  const confirmed =
    confirmedBy.length === 0 ? '' : `, confirmed by ${confirmedBy.map((each) => NAMES[each]).join(' and ')}`;
  const where = destination === null ? subject.id : `${subject.id} towards ${formatDestination(destination)}`;
  return `${at}: ${kind} at ${where}: ${leadOf(episode)}${peak}${confirmed}`;
}

const NAMES = { 'app-log': 'logs', metric: 'metrics', 'socket-table': 'socket tables' } as const;

function leadOf({ firstFailureAt, leadMinutes, warnedAt, firstSeenAt }: PastEpisode): string {
  if (firstFailureAt === null) return 'nothing failed';
  const failed = `first failure ${utcClock(firstFailureAt, warnedAt ?? firstSeenAt)}`;
  if (leadMinutes === null) return failed;
  const minutes = Math.round(Math.abs(leadMinutes) * 10) / 10;
  return `${failed}, ${minutes} min ${leadMinutes > 0 ? 'after the warning' : 'before it'}`;
}
