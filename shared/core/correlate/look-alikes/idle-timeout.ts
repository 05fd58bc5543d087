import { type LookAlike, spanOf } from './look-alike.ts';

const FEWEST_PER_MINUTE = 10;
const FEWEST_MINUTES = 2;

/** Connections idle for 350 s are cut off with a RST: long calls fail, and no port is missing. */
export const idleTimeout: LookAlike = ({ nats }) =>
  nats.flatMap((series) => {
    const minutes = [...series.metrics]
      .filter(([, at]) => at.ErrorPortAllocation === 0 && (at.IdleTimeoutCount ?? 0) >= FEWEST_PER_MINUTE)
      .map(([minute]) => minute);
    if (minutes.length < FEWEST_MINUTES) return [];
    return [
      {
        kind: 'idle-timeout',
        reason: `IdleTimeoutCount in ${minutes.length} minutes while ErrorPortAllocation stayed 0: connections idle for 350 s are cut off; TCP keep-alive below that keeps them`,
        subject: series.natId,
        ...spanOf(minutes),
      },
    ];
  });
