import type { RuledOut } from '../finding/schema.ts';
import { connectionRefused } from './look-alikes/connection-refused.ts';
import { destinationUnreachable } from './look-alikes/destination-unreachable.ts';
import { idleTimeout } from './look-alikes/idle-timeout.ts';
import { logVerdict } from './look-alikes/log-verdict.ts';
import type { LookAlike, LookAlikeEvidence } from './look-alikes/look-alike.ts';
import { manyDestinations } from './look-alikes/many-destinations.ts';
import { natBandwidth } from './look-alikes/nat-bandwidth.ts';
import { rejectedByRule } from './look-alikes/rejected-by-rule.ts';
import { scan } from './look-alikes/scan.ts';
import { snatRace } from './look-alikes/snat-race.ts';
import { steadyAllocationErrors } from './look-alikes/steady-allocation-errors.ts';
import { steadyTrickle } from './look-alikes/steady-trickle.ts';
import { timeoutsWithoutNatErrors } from './look-alikes/timeouts-without-nat-errors.ts';
import { tupleCollision } from './look-alikes/tuple-collision.ts';

export const LOOK_ALIKES: readonly LookAlike[] = [
  logVerdict,
  steadyTrickle,
  tupleCollision,
  rejectedByRule,
  connectionRefused,
  destinationUnreachable,
  timeoutsWithoutNatErrors,
  snatRace,
  natBandwidth,
  idleTimeout,
  scan,
  manyDestinations,
  steadyAllocationErrors,
];

/** What looks like exhaustion and is not, with the reason: an answer of its own, for people ask "is it ports?". */
export function ruleOut(evidence: LookAlikeEvidence): RuledOut[] {
  const all = LOOK_ALIKES.flatMap((lookAlike) => lookAlike(evidence));
  const rejected = all.filter(({ kind }) => kind === 'rejected-by-rule');
  return all
    .filter((one) => one.kind !== 'destination-unreachable' || !rejected.some((other) => explains(other, one)))
    .sort((a, b) => (a.kind === b.kind ? (a.subject < b.subject ? -1 : 1) : a.kind < b.kind ? -1 : 1));
}

/** What is rejected on its way gets no answer either: of the two only the reason is told. */
const explains = (rejected: RuledOut, unanswered: RuledOut): boolean =>
  rejected.subject === unanswered.subject &&
  (rejected.firstSeenAt ?? '') <= (unanswered.firstSeenAt ?? '') &&
  (rejected.lastSeenAt ?? '') >= (unanswered.lastSeenAt ?? '');
