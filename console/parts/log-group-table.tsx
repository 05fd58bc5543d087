import type { Health } from '../client/api-client.ts';
import { countText } from '../logic/figures.ts';
import { Line } from './text.tsx';
import { Ago } from './time.tsx';

type LogGroups = NonNullable<Health['logGroups']>;

const STATES: Readonly<Record<LogGroups['groups'][number]['state'], string>> = {
  listening: '● listened to',
  pending: '▲ filter not put yet',
  'no-room': '◆ others hold its filters',
  unsupported: '◆ its class takes no filter',
  leaving: '○ filter being taken away',
};

/** Log groups that are not well, and how many are: a filter that is there, and no delivery that failed. */
export function LogGroupTable({ logGroups: { at, chosen, groups } }: { logGroups: LogGroups }) {
  const unwell = groups.filter(({ state, deliveryErrors }) => state !== 'listening' || Boolean(deliveryErrors));
  return (
    <>
      <p>
        {unwell.length === 0
          ? `All ${countText(chosen)}`
          : `${countText(chosen - unwell.length)} of ${countText(chosen)}`}{' '}
        chosen log groups are listened to, as of <Ago at={at} />.
      </p>
      {unwell.length > 0 && (
        <ul class="plain">
          {unwell.map(({ name, state, deliveryErrors }) => (
            <li key={name}>
              <Line text={name} limit={120} />: {STATES[state]}
              {Boolean(deliveryErrors) && `, ${countText(deliveryErrors ?? 0)} events not delivered in the last hour`}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
