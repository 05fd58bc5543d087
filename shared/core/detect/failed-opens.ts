/** Opens towards one destination in one minute that got no answer; null on a leg of the NAT gateway that is not logged. */
export type UnansweredOpens = {
  readonly opens: number;
  readonly unansweredClients: number | null;
  readonly unansweredNat: number | null;
  /** With the opens on ports whose open of the minute before got no answer either; absent as `unansweredNat`. */
  readonly unansweredNatMost?: number | null;
  /** As many packets left the gateway as entered it, whatever the ports of its own leg show: see `passed-on.ts`. */
  readonly passedOn?: boolean;
};

const FEWEST_FAILURES = 5;
const LEAST_SHARE = 0.02;
const SIGMAS = 3;
/** Where a fifth of the records is lost every minute is a new chance to be unlucky, all day long. */
const SIGMAS_WHERE_LOST = 5;
/** What is too little to raise a finding and too much to clear one is this much nearer to chance. */
const SIGMAS_TO_CLEAR = 1;
/** A destination that leaves more than this of what reached it without an answer is silent. */
const SILENT_SHARE = 0.2;

/**
 * Opens that entered the NAT gateway, got no answer, and never left it; negative by chance. Without its own leg all that
 * got no answer may have been left in it; without its clients' nothing is known to have entered.
 */
export const failedOpens = ({ unansweredClients, unansweredNat }: UnansweredOpens): number =>
  unansweredClients === null ? 0 : unansweredClients - (unansweredNat ?? 0);

/** `significant`: allocations failed. `some`: too little to say so, too much to say that it is over. */
export type FailedOpensVerdict = 'none' | 'some' | 'significant';

/**
 * Whether failed opens are failed allocations: at least 5, at least 2 % of the opens, and more than 3 (where records
 * are being lost, 5) times √(unanswered on both legs), which is what losing records alone gives. Never where those that
 * left the gateway go unanswered as well, beyond the share of lost records: a silent server leaves every client's port
 * unanswered, but on the NAT's leg all clients take turns on one range, where a port that is dialled again within two
 * minutes cannot be told from a retransmission, so that leg counts fewer.
 */
export function judgeFailedOpens(use: UnansweredOpens, lossShare: number): FailedOpensVerdict {
  const failures = failedOpens(use);
  if (use.passedOn === true || isSilent(use, lossShare)) return 'none';
  const sigmas = lossShare > 0 ? SIGMAS_WHERE_LOST : SIGMAS;
  const chance = Math.sqrt((use.unansweredClients ?? 0) + (use.unansweredNat ?? 0));
  if (failures < FEWEST_FAILURES) return 'none';
  if (failures >= LEAST_SHARE * use.opens && failures > sigmas * chance) return 'significant';
  return failures > (sigmas - SIGMAS_TO_CLEAR) * chance ? 'some' : 'none';
}

/** The destination leaves what reached it without an answer, so that a difference of the legs proves nothing. */
export function isSilent(use: UnansweredOpens, lossShare: number): boolean {
  const left = use.opens - Math.max(0, failedOpens(use));
  return (use.unansweredNatMost ?? use.unansweredNat ?? 0) - lossShare * left > SILENT_SHARE * left;
}
