import type { LookAlike } from './look-alike.ts';

/** A small steady count of ErrorPortAllocation that a gateway always has. */
export const steadyAllocationErrors: LookAlike = ({ nats }) =>
  nats
    .filter((series) => series.errorsAreSteady)
    .map((series) => ({
      kind: 'steady-allocation-errors',
      reason:
        'a small steady count of ErrorPortAllocation, as some gateways always have: learnt as this gateway’s baseline',
      subject: series.natId,
      firstSeenAt: null,
      lastSeenAt: null,
    }));
