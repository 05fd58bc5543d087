import { canonicalAddress, type Address } from '../model/address.ts';
import { TCP } from '../model/destination.ts';
import type { ScopeId } from '../model/observation.ts';
import type { FlowFormat, UsedField } from './fields.ts';

/** One record that carries a flow. Times are whole epoch seconds: milliseconds are cut, as flow logs tell no finer. */
export type FlowRecord = {
  readonly kind: 'flow';
  readonly scope: ScopeId;
  readonly interfaceId: string;
  readonly srcAddress: Address;
  readonly dstAddress: Address;
  readonly pktSrcAddress: Address;
  readonly pktDstAddress: Address;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly isReject: boolean;
  /** Null when the format or the protocol has no flags, or the record leaves them out. */
  readonly tcpFlags: number | null;
  /** True when the format or the protocol has no flags, so that opens must be inferred from unseen ports. */
  readonly opensInferred: boolean;
};

/** A record that by its own account carries no flow. */
export type SilentRecord = {
  readonly kind: 'no-data' | 'skip-data';
  readonly scope: ScopeId;
  readonly interfaceId: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
};

export type ParsedRecord =
  | FlowRecord
  | SilentRecord
  /** Addresses left out by a format that cannot say why: it has no `log-status`. */
  | { readonly kind: 'valueless' }
  | { readonly kind: 'rejected'; readonly reason: string };

/**
 * Flow logs aggregate over ten minutes at most. A start more than this before the end is not believed: the record is
 * then dated by its end alone, or one bad number would spread it over decades of minutes.
 */
export const RECORD_SECONDS_LIMIT = 3_600;

/** The interface of records that name none: it may be any, and a different one in every record. */
export const UNKNOWN_INTERFACE = '-';

/** Times from here on are milliseconds: as seconds they would lie beyond the year 5000. */
const MILLISECONDS_FROM = 1e11;
const TIME_LIMIT = 1e14;

class Unreadable extends Error {}

/** Reads one row of `format`; `words` are its columns. Bad rows come back as `rejected` with the reason. */
export function parseRecord(format: FlowFormat, words: readonly string[]): ParsedRecord {
  if (words.length !== format.names.length)
    return { kind: 'rejected', reason: `${format.names.length} fields expected, ${words.length} found` };
  if (format.unusable) return { kind: 'rejected', reason: format.unusable };
  try {
    return readRecord((field) => presentWord(format, words, field), format);
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'rejected', reason: error.message };
    throw error;
  }
}

/** Where a record was seen. */
export type SeenAt = { readonly scope: ScopeId; readonly interfaceId: string };

/** Of a row whose columns are as many as the format's; whatever else is in them. */
export const seenAt = (format: FlowFormat, words: readonly string[]): SeenAt =>
  readPlace((field) => presentWord(format, words, field));

type ReadWord = (field: UsedField) => string | null;

function presentWord(format: FlowFormat, words: readonly string[], field: UsedField): string | null {
  const word = words[format.columns[field]];
  return word === undefined || word === '-' ? null : word;
}

function readRecord(word: ReadWord, format: FlowFormat): ParsedRecord {
  const status = word('log-status') ?? 'OK';
  const { scope, interfaceId } = readPlace(word);
  if (status === 'NODATA') return { kind: 'no-data', scope, interfaceId, ...readInterval(word) };
  if (status === 'SKIPDATA') return { kind: 'skip-data', scope, interfaceId, ...readInterval(word) };
  if (status !== 'OK') throw new Unreadable('log-status is none of OK, NODATA, SKIPDATA');
  const srcWord = word('srcaddr') ?? word('pkt-srcaddr');
  const dstWord = word('dstaddr') ?? word('pkt-dstaddr');
  if (srcWord === null && dstWord === null && format.columns['log-status'] < 0) return { kind: 'valueless' };
  const protocol = readNumber('protocol', word('protocol'), 255);
  const flagsWord = protocol === TCP ? word('tcp-flags') : null;
  return {
    kind: 'flow',
    scope,
    interfaceId,
    srcAddress: readAddress('srcaddr', srcWord),
    dstAddress: readAddress('dstaddr', dstWord),
    pktSrcAddress: readAddress('pkt-srcaddr', word('pkt-srcaddr') ?? srcWord),
    pktDstAddress: readAddress('pkt-dstaddr', word('pkt-dstaddr') ?? dstWord),
    srcPort: readNumber('srcport', word('srcport'), 65_535),
    dstPort: readNumber('dstport', word('dstport'), 65_535),
    protocol,
    packets: readNumber('packets', word('packets') ?? '0', Number.MAX_SAFE_INTEGER),
    bytes: readNumber('bytes', word('bytes') ?? '0', Number.MAX_SAFE_INTEGER),
    ...readInterval(word),
    isReject: word('action') === 'REJECT',
    tcpFlags: flagsWord === null ? null : readNumber('tcp-flags', flagsWord, 65_535),
    opensInferred: protocol !== TCP || format.columns['tcp-flags'] < 0,
  };
}

function readPlace(word: ReadWord): SeenAt {
  const interfaceId = word('interface-id') ?? word('resource-id') ?? word('tgw-attachment-id') ?? UNKNOWN_INTERFACE;
  return { scope: scopeOf(word, interfaceId), interfaceId };
}

/**
 * The unit of storage a record belongs to: its NAT gateway when the record names one (regional NAT gateways do), else
 * its VPC, its transit gateway, its account, and where the format has none of them its interface.
 */
function scopeOf(word: ReadWord, interfaceId: string): ScopeId {
  const resource = word('resource-id');
  if (resource?.startsWith('nat-')) return resource;
  return word('vpc-id') ?? word('tgw-id') ?? word('account-id') ?? interfaceId;
}

function readInterval(word: ReadWord): { startSeconds: number; endSeconds: number } {
  const startWord = word('start') ?? word('end');
  const endWord = word('end') ?? startWord;
  const startSeconds = readSeconds('start', startWord);
  const endSeconds = readSeconds('end', endWord);
  if (endSeconds < startSeconds) throw new Unreadable('end is before start');
  return { startSeconds: endSeconds - startSeconds > RECORD_SECONDS_LIMIT ? endSeconds : startSeconds, endSeconds };
}

function readSeconds(field: UsedField, word: string | null): number {
  const time = readNumber(field, word, TIME_LIMIT);
  return time >= MILLISECONDS_FROM ? Math.floor(time / 1000) : time;
}

function readNumber(field: UsedField, word: string | null, largest: number): number {
  if (word === null) throw new Unreadable(`${field} is missing`);
  if (!/^\d{1,20}$/.test(word)) throw new Unreadable(`${field} is not a number`);
  const value = Number(word);
  if (value > largest) throw new Unreadable(`${field} is too large`);
  return value;
}

function readAddress(field: UsedField, word: string | null): Address {
  if (word === null) throw new Unreadable(`${field} is missing`);
  const address = canonicalAddress(word);
  if (address === null) throw new Unreadable(`${field} is not an IP address`);
  return address;
}
