/** Opens towards one destination in one minute that got no answer, on the two legs of a NAT gateway. */
export type UnansweredOpens = {
  readonly opens: number;
  readonly unansweredClients: number;
  readonly unansweredNat: number;
};

const FEWEST_FAILURES = 5;
const LEAST_SHARE = 0.02;
const SIGMAS = 3;
/** Where a fifth of the records is lost every minute is a new chance to be unlucky, all day long. */
const SIGMAS_WHERE_LOST = 5;

/** Opens that entered the NAT gateway, got no answer, and never left it; negative by chance. */
export const failedOpens = ({ unansweredClients, unansweredNat }: UnansweredOpens): number =>
  unansweredClients - unansweredNat;

/**
 * Whether failed opens are failed allocations: at least 5, at least 2 % of the opens, and more than 3 (where records
 * are being lost, 5) times √(unanswered on both legs), which is what losing records alone gives.
 */
export function isFailing(use: UnansweredOpens, losesRecords: boolean): boolean {
  const failures = failedOpens(use);
  const noise = (losesRecords ? SIGMAS_WHERE_LOST : SIGMAS) * Math.sqrt(use.unansweredClients + use.unansweredNat);
  return failures >= FEWEST_FAILURES && failures >= LEAST_SHARE * use.opens && failures > noise;
}
