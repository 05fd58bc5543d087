import { type LookAlike, spanOf } from './look-alike.ts';

const FEWEST_MINUTES = 3;

/** A small count of ErrorPortAllocation that a gateway always has: it never rose above its own past. */
export const steadyAllocationErrors: LookAlike = ({ nats, hasIncident }) =>
  nats.flatMap((series) => {
    const minutes = [...series.metrics].filter(([, at]) => (at.ErrorPortAllocation ?? 0) > 0).map(([minute]) => minute);
    if (!series.errorsAreSteady && (hasIncident(series) || minutes.length < FEWEST_MINUTES)) return [];
    return [
      {
        kind: 'steady-allocation-errors',
        reason: `a small count of ErrorPortAllocation in ${minutes.length} minutes, as some gateways always have: learnt as this gateway’s baseline`,
        subject: series.natId,
        ...spanOf(minutes),
      },
    ];
  });
