import type { Finding } from '../client/api-client.ts';
import { listHash, findingHash } from '../logic/route.ts';
import { client } from '../state/client.ts';
import { useLive } from '../state/live.ts';
import { SeverityBadge } from './badges.tsx';
import { LiveView } from './live-view.tsx';
import { Line } from './text.tsx';
import { Time } from './time.tsx';

const SHOWN = 5;

/** Whether it happened here before: the last findings about the same gateway, host or log. */
export function EarlierFindings({ finding: { id, subject } }: { finding: Finding }) {
  const live = useLive(`about ${subject.id}`, () => client.listFindings({ subject: subject.id, limit: SHOWN + 1 }));
  return (
    <LiveView live={live}>
      {({ findings, nextCursor }) => {
        const others = findings.filter((other) => other.id !== id);
        if (others.length === 0) return <p class="quiet">No other finding is about the same.</p>;
        return (
          <>
            <ul class="plain">
              {others.slice(0, SHOWN).map((other) => (
                <li key={other.id}>
                  <SeverityBadge severity={other.severity} /> <Time at={other.firstSeenAt} />{' '}
                  <a href={findingHash(other.id)}>
                    <Line text={other.title} limit={160} />
                  </a>{' '}
                  <span class="quiet">{other.status}</span>
                </li>
              ))}
            </ul>
            {(nextCursor !== null || others.length > SHOWN) && (
              <a href={listHash('history', { subject: subject.id })}>all of them</a>
            )}
          </>
        );
      }}
    </LiveView>
  );
}
