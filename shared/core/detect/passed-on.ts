import type { FlowMinute } from '../model/observation.ts';
import { unionSize } from '../model/port-set.ts';
import type { Minute } from '../model/time.ts';
import { NO_OPENS, type OpenCounts } from './count-opens.ts';

/** One side of a NAT gateway towards one destination; its opens are null where it is not logged. */
type Leg = { readonly rows: readonly FlowMinute[]; readonly opens: ReadonlyMap<Minute, OpenCounts> | null };

const FEWEST_FAILED = 5;
/** Every open that is dropped is a packet at least. */
const LEAST_SHARE = 0.5;
/** A port that is taken again makes one record of two connections, and the packets of both count where it ends. */
const AROUND_MINUTES = 5;
const VOTING_MINUTES = 10;
/** Of more packets than so the few that failed are less than what begins in one minute and ends in the next. */
const LEAST_OF_PACKETS = 0.005;

/**
 * Minutes in which no open stayed in the gateway, although ports say so. Where ports serve more connections than
 * there are of them in two minutes, the answer to one open hides that another got none, so that the gateway's own leg shows hardly any of
 * those that a lossy network or a silent server leaves: all seem to have failed in it. But what a gateway drops it has
 * taken in and not put out, and packets are counted on both sides. What most of the minutes around say holds: a load
 * that rises puts more in than out for a while.
 */
export function passedOnMinutes(nat: Leg, clients: Leg): Set<Minute> {
  const votes = [...votesOf(nat, clients)];
  const passed = new Set<Minute>();
  if (votes.length === 0) return passed;
  for (const minute of clients.opens?.keys() ?? []) {
    const around = votes.flatMap(([m, isPassed]) => (Math.abs(m - minute) <= VOTING_MINUTES ? [isPassed] : []));
    if (around.filter(Boolean).length > around.length / 2) passed.add(minute);
  }
  return passed;
}

/** Whether what failed in a minute left the gateway, for those minutes in which its ports cannot tell. */
function votesOf(nat: Leg, clients: Leg): Map<Minute, boolean> {
  const votes = new Map<Minute, boolean>();
  const [natOpens, clientOpens] = [nat.opens, clients.opens];
  if (natOpens === null || clientOpens === null) return votes;
  const failedAt = (minute: Minute): number =>
    Math.max(0, (clientOpens.get(minute)?.unanswered ?? 0) - (natOpens.get(minute)?.unanswered ?? 0));
  const answeredAt = (minute: Minute): number => {
    const { opens, unanswered } = clientOpens.get(minute) ?? NO_OPENS;
    return opens - unanswered;
  };
  const failing = [...clientOpens.keys()].filter((minute) => failedAt(minute) >= FEWEST_FAILED);
  if (failing.length === 0) return votes;
  const rowsAt = Map.groupBy(nat.rows, ({ minute }) => minute);
  const [entered, left] = [countPackets(clients.rows), countPackets(nat.rows)];
  for (const minute of failing) {
    const served = answeredAt(minute) + answeredAt(minute + 1);
    if (served <= distinctPorts([...(rowsAt.get(minute) ?? []), ...(rowsAt.get(minute + 1) ?? [])])) continue;
    const [failed, all] = [sumAround(minute, failedAt), sumAround(minute, (m) => entered.get(m) ?? 0)];
    const missing = all - sumAround(minute, (m) => left.get(m) ?? 0);
    votes.set(minute, failed >= LEAST_OF_PACKETS * all && missing < LEAST_SHARE * failed);
  }
  return votes;
}

function distinctPorts(rows: readonly FlowMinute[]): number {
  let distinct = 0;
  for (const own of Map.groupBy(rows, ({ localAddress }) => localAddress).values())
    distinct += unionSize(own.map(({ ports }) => ports));
  return distinct;
}

function countPackets(rows: readonly FlowMinute[]): Map<Minute, number> {
  const counts = new Map<Minute, number>();
  for (const { minute, packets } of rows) counts.set(minute, (counts.get(minute) ?? 0) + packets);
  return counts;
}

function sumAround(minute: Minute, at: (minute: Minute) => number): number {
  let sum = 0;
  for (let m = minute - AROUND_MINUTES; m <= minute + AROUND_MINUTES; m += 1) sum += at(m);
  return sum;
}
