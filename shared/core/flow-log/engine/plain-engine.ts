import { canonicalAddress } from '../../model/address.ts';
import { DEFAULT_FORMAT, formatOf } from '../fields.ts';
import { LINE_BYTES_LIMIT } from '../lines.ts';
import { emptyTally } from '../tally.ts';
import { createByteKeys, UNKNOWN_KEY, type ByteKeys } from './byte-keys.ts';
import { createAddresses, createPlaces, ipv4Number, type Addresses } from './dictionary.ts';
import { DEFAULT_TUPLE_LIMIT, type EngineOptions, type FlowEngine } from './engine.ts';
import { planFields } from './field-plan.ts';
import { createLinePieces } from './line-pieces.ts';
import { createMinuteCloser } from './minute-closer.ts';
import { createMinuteLog, type MinuteLog } from './minute-log.ts';
import { readOddLine, rejectLongLine, type OddLineState } from './odd-lines.ts';
import { MAPPED_IPV4, NOT_IPV6 } from './other-columns.ts';
import { createPlaceFinder } from './place-finder.ts';
import { createRunWriter } from './run-writer.ts';
import { beginScan, createScanState, scanLines, usePlan, type ScanHelp, type ScanState } from './scan.ts';

/** Spellings of IPv6 addresses that are remembered; past it they are forgotten and asked for anew. */
const SPELLINGS_LIMIT = 100_000;
/** Distinct IPv6 addresses that open minutes may hold: past it all minutes close, and the dictionary starts afresh. */
const ADDRESSES_LIMIT = 250_000;
/** Chunks are taken in pieces of this size, so that limits are looked at often enough. */
const PUSH_BYTES = 1 << 20;

/**
 * The engine in plain TypeScript: whole lines → columns → tuples of open minutes → rows of closed ones. It runs
 * anywhere, and is what the WebAssembly engine is compared with.
 */
export function createPlainEngine({ sink, tupleLimit = DEFAULT_TUPLE_LIMIT }: EngineOptions): FlowEngine {
  const addresses = createAddresses();
  const places = createPlaces();
  const writer = createRunWriter(addresses, sink);
  const closer = createMinuteCloser(writer);
  const log: MinuteLog = createMinuteLog({ tupleLimit, closeSome: () => closeHalf(), closeAll: () => closeAll() });
  const scanner = createScanner(log, addresses);
  let input: OddLineState | null = null;

  const closeAll = (): void => {
    for (const minute of log.openMinutes()) closer.closeMinute(log, minute);
  };
  const closeHalf = (): void => {
    let wanted = tupleLimit / 2;
    for (const minute of log.openMinutes()) {
      if (wanted <= 0) return;
      wanted -= log.tuplesOf(minute);
      closer.closeMinute(log, minute);
    }
  };
  const forgetAddresses = (): void => {
    closeAll();
    addresses.clear();
    scanner.forgetSpellings();
  };
  return {
    places: places.list,
    pairBounds: () => writer.bounds(),
    beginInput({ file, format = DEFAULT_FORMAT }) {
      if (input) throw new Error('the last input was not ended');
      input = {
        format: formatOf(format),
        file,
        tally: emptyTally(),
        used: new Set(),
        places,
        addresses,
        target: log,
      };
      scanner.begin(input);
    },
    push(chunk) {
      for (let from = 0; from < chunk.length; from += PUSH_BYTES) {
        // A plain array whatever the chunk is: a Buffer would make the scanner's loads polymorphic.
        const length = Math.min(PUSH_BYTES, chunk.length - from);
        scanner.push(new Uint8Array(chunk.buffer, chunk.byteOffset + from, length));
        // Between pieces nothing but the log holds ids.
        if (addresses.size() > ADDRESSES_LIMIT) forgetAddresses();
      }
    },
    endInput() {
      if (!input) throw new Error('there is no input to end');
      scanner.finish();
      const { tally, used } = input;
      input = null;
      return { tally, fields: [...used].sort(), damage: null };
    },
    close() {
      forgetAddresses();
      writer.flush();
    },
  };
}

const decoder = new TextDecoder();

type Scanner = {
  begin(lines: OddLineState): void;
  push(chunk: Uint8Array): void;
  finish(): void;
  forgetSpellings(): void;
};

/** One for all inputs: what runs for every record is compiled once, for one shape of everything. */
function createScanner(log: MinuteLog, addresses: Addresses): Scanner {
  const state = createScanState(log, addresses);
  const spellings = createByteKeys(SPELLINGS_LIMIT);
  let lines: OddLineState | null = null;
  const opened = (): OddLineState => {
    if (!lines) throw new Error('no input was begun');
    return lines;
  };
  const help = createScanHelp(state, spellings, opened);
  const pieces = createLinePieces({
    lines: (bytes, from, end) => scanLines(state, help, bytes, from, end),
    tooLong() {
      state.line += 1;
      rejectLongLine(opened(), state.line);
    },
  });
  return {
    begin(next) {
      lines = next;
      beginScan(state, planFields(next.format));
    },
    push: (chunk) => pieces.push(chunk),
    finish() {
      pieces.finish();
      const { tally } = opened();
      tally.read += state.read;
      tally.unknownInitiator += state.unknownInitiator;
    },
    forgetSpellings: () => spellings.clear(),
  };
}

function createScanHelp(state: ScanState, spellings: ByteKeys, lines: () => OddLineState): ScanHelp {
  const findPlace = createPlaceFinder(state);
  const help: ScanHelp = {
    ipv4: 0,
    ipv6(bytes, from, to) {
      const known = spellings.get(bytes, from, to);
      if (known !== UNKNOWN_KEY) return known;
      const address = canonicalAddress(decoder.decode(bytes.subarray(from, to)));
      if (address === null) return NOT_IPV6;
      const number = ipv4Number(address);
      if (number !== null) {
        help.ipv4 = number;
        return MAPPED_IPV4;
      }
      const id = state.addresses.idOf(address);
      spellings.set(bytes, from, to, id);
      return id;
    },
    place: (bytes, from, to) => findPlace(lines(), bytes, from, to),
    odd(bytes, from, to) {
      if (to - from > LINE_BYTES_LIMIT) rejectLongLine(lines(), state.line);
      else if (readOddLine(lines(), bytes.subarray(from, to), state.line)) usePlan(state, planFields(lines().format));
    },
  };
  return help;
}
