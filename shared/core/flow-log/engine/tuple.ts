/**
 * The tuple: what the engine keeps of one record in one minute until that minute closes. Eight 32-bit words, so that
 * two share a cache line; a record that touches two minutes becomes two tuples. Both engines use this layout.
 *
 * 0 local address   1 destination address   2 destination port << 16 | local port   3 kind and flags, see below
 * 4 place           5 via address           6 bytes                                 7 packets
 *
 * Addresses are IPv4 numbers, or ids of the address dictionary where the family bit is set.
 */
export const TUPLE_WORDS = 8;

/** Word 3: protocol in the low eight bits, then one bit each. */
export const LOCAL_IS_ID = 1 << 8;
export const REMOTE_IS_ID = 1 << 9;
export const VIA_IS_ID = 1 << 10;
export const HAS_VIA = 1 << 11;
export const INFERRED = 1 << 12;
/** The bits up to here are part of a row's key, except `INFERRED`, which rows of one key only collect. */
export const KEY_BITS = 0xfff;

export const IS_REPLY = 1 << 13;
/** Opened and closed stand side by side, so that with `IS_REPLY` they shift into a port's flags at once. */
export const OPENED = 1 << 14;
export const CLOSED = 1 << 15;
/** This is the record's last minute: bytes, packets, the record itself and its lifetime count here. */
export const HAS_TOTALS_SHIFT = 16;
export const HAS_TOTALS = 1 << HAS_TOTALS_SHIFT;
export const IS_REJECT = 1 << 17;
/** Words 6 and 7 count in units of 2^32: the upper halves of numbers that need more than 32 bits. */
export const IS_UPPER = 1 << 18;
/** A closed flow's lifetime bucket in three bits; only with `CLOSED`, `HAS_TOTALS` and without `IS_REPLY`. */
export const LIFETIME_SHIFT = 19;
/** Which of the seconds 0, 15, 30 and 45 the flow covers, one bit each; replies have none. */
export const OVERLAP_SHIFT = 22;
/** No flow: words 6 and 7 say what to add to the place's coverage: 0 records, 1 no-data, 2 skip-data; and how many. */
export const IS_COVERAGE = 1 << 26;

export const COVER_RECORDS = 0;
export const COVER_NO_DATA = 1;
export const COVER_SKIP_DATA = 2;

/** Mixes 32 bits so that every bit of the result depends on every bit of `value` (the finisher of MurmurHash3). */
export function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Rows of a pair of addresses, whichever began, must come to lie together: what turns rows round looks at both. */
export const PARTITION_BITS = 8;
export const PARTITIONS = 1 << PARTITION_BITS;
/** Open minutes are divided more coarsely: one partition's rows must fit a core's second-level cache. */
export const LOG_PARTITION_BITS = 3;
export const LOG_PARTITIONS = 1 << LOG_PARTITION_BITS;
