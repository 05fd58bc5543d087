import type { Health } from '../client/api-client.ts';
import { Ago } from './time.tsx';

/** How far what is shown can be trusted: when it was looked at last, and whether all that should be heard was. */
export function HealthLine({ health: { status, analysedAt, signals, logGroups } }: { health: Health }) {
  if (status === 'unknown' || analysedAt === null) return null;
  const unwell = signals.filter(({ state }) => state === 'late' || state === 'missing').length;
  const unheard = (logGroups?.groups ?? []).filter(({ state }) => state !== 'listening').length;
  const troubles = [
    unwell === 0 ? '' : `${unwell} of ${signals.length} signals ${unwell === 1 ? 'is' : 'are'} late or missing`,
    unheard === 0 ? '' : `${unheard} log ${unheard === 1 ? 'group is' : 'groups are'} not listened to`,
  ].filter((trouble) => trouble !== '');
  return (
    <p class={status === 'ok' ? 'quiet' : 'doubt'}>
      Analysed <Ago at={analysedAt} />.{' '}
      {status === 'ok' ? 'Every signal arrived.' : `${troubles.join(', ')}: there may be more than this page knows.`}
    </p>
  );
}
