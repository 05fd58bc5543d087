import type { Address } from '../model/address.ts';

/** Which address of a pair is the local one of a row: the lower (0) or the higher (1). */
export type Side = 0 | 1;

/**
 * What rows of one pair of addresses at one interface say together about who began. `addPort` and `addOpen` take it in,
 * in any order; then `turns` answers.
 */
export type PairEvidence = {
  /** A row of `side` has this port of its own with that port of the other side. */
  addPort(side: Side, nearPort: number, farPort: number): void;
  /** A SYN of `side` proves that it opens connections to this port of the other, through `via`. */
  addOpen(side: Side, farPort: number, via: Address | null): void;
  /** True when SYNs, or the ports themselves, tell who began: how many ports meet whom then changes nothing. */
  isDecided(side: Side, nearPort: number, farPort: number): boolean;
  /** True when in a row of `side` its own port is really the service, and the other side began. */
  turns(side: Side, nearPort: number, farPort: number): boolean;
  /** What the connections of `side` to this port of the other go through. */
  viaOf(side: Side, farPort: number): Address | null;
};

/** Linux's ephemeral range begins here: without proof no port from here on is turned into a service. */
export const EPHEMERAL_FROM = 32_768;
/** A service must meet at least this many ports that meet fewer than it does: a client's port that meets two services outdoes neither. */
const OUTDONE_AT_LEAST = 2;

type Meeting = { met: number; outdone: number };

/** `isSelf`: an address with itself, where both sides are one; only SYNs tell anything there. */
export function createPairEvidence(isSelf: boolean): PairEvidence {
  // Pairs of ports, the lower address's in the upper half: small integers, which sets hold in place.
  const pairs = new Set<number>();
  const opened = [new Map<number, Address | null>(), new Map<number, Address | null>()] as const;
  let meetings: readonly [Map<number, Meeting>, Map<number, Meeting>] | null = null;
  const otherOf = (side: Side): Side => (side === 0 && !isSelf ? 1 : 0);

  return {
    addPort(side, nearPort, farPort) {
      pairs.add(side === 0 ? (nearPort << 16) | farPort : (farPort << 16) | nearPort);
    },
    addOpen(side, farPort, via) {
      const known = opened[side].get(farPort);
      if (known === undefined || (via ?? '') < (known ?? '')) opened[side].set(farPort, via);
    },
    isDecided: (side, nearPort, farPort) =>
      opened[side].has(farPort) || opened[otherOf(side)].has(nearPort) || isSelf || nearPort >= EPHEMERAL_FROM,
    turns(side, nearPort, farPort) {
      if (opened[side].has(farPort)) return false;
      const other = otherOf(side);
      if (opened[other].has(nearPort)) return true;
      if (isSelf || nearPort >= EPHEMERAL_FROM) return false;
      meetings ??= countMeetings(pairs);
      const near = meetings[side].get(nearPort);
      const far = meetings[other].get(farPort);
      return near !== undefined && near.outdone >= OUTDONE_AT_LEAST && near.met > (far?.met ?? 0);
    },
    viaOf: (side, farPort) => opened[side].get(farPort) ?? null,
  };
}

/** For each port of either address, how many distinct ports of the other it meets, and how many of them meet fewer. */
function countMeetings(pairs: ReadonlySet<number>): readonly [Map<number, Meeting>, Map<number, Meeting>] {
  const low = new Map<number, Meeting>();
  const high = new Map<number, Meeting>();
  const at = (ports: Map<number, Meeting>, port: number): Meeting => {
    const meeting = ports.get(port) ?? { met: 0, outdone: 0 };
    if (meeting.met === 0) ports.set(port, meeting);
    return meeting;
  };
  for (const pair of pairs) {
    at(low, pair >>> 16).met += 1;
    at(high, pair & 0xffff).met += 1;
  }
  for (const pair of pairs) {
    const one = at(low, pair >>> 16);
    const other = at(high, pair & 0xffff);
    if (one.met > other.met) one.outdone += 1;
    if (other.met > one.met) other.outdone += 1;
  }
  return [low, high];
}
