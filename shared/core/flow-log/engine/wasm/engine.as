// The engine's exports, and the order in which its stages get their memory.

import { pairBounds, prepareBounds } from './bounds';
import { cover, makePlaceRoom } from './close';
import { gunzip, gzipInput, gzipInputEnd, inflatedBytes, prepareGzip, startGzip } from './gzip';
import { addressText, forgetIds, hashOfId, idOfText } from './address-ids';
import { prepareIpv4 } from './addresses';
import {
  lineNumber,
  noDataCount,
  planWords,
  prepareLines,
  readCount,
  setPlan,
  skipDataCount,
  startInput,
  unknownCount,
} from './lines';
import { prepareNumbers } from './numbers';
import { closeAll, prepareLog, reserve } from './log';
import { flushRuns, prepareRuns } from './runs';
import { prepareTuples } from './tuples';
import { prepareSeparators } from './separators';
import { finishText, giveText, prepareWindow, slideText, startText, textEnd, textLimit, textWritten, WINDOW_BYTES } from './window';

export function prepare(tupleLimit: u32): void {
  prepareGzip();
  prepareWindow();
  prepareSeparators(WINDOW_BYTES);
  prepareIpv4();
  prepareNumbers();
  prepareTuples();
  prepareLines();
  prepareRuns();
  prepareBounds();
  prepareLog(tupleLimit);
  makePlaceRoom(1);
}

/** For gzip alone, whose text goes to the host: in place of `prepare`. */
export function prepareText(): void {
  prepareGzip();
  prepareWindow();
  giveText();
}

/** In place of `beginInput`. */
export function beginText(): void {
  startText();
  startGzip();
}

/** A new input, whose first line goes to the host: it tells the format, and the host then sets the plan. */
export function beginInput(): void {
  startInput();
  startText();
  startGzip();
}

/** Where the host may write text, up to `textRoomEnd`. */
export function textRoom(): usize {
  if (textEnd >= textLimit()) slideText();
  return textEnd;
}

export function textRoomEnd(): usize {
  return textLimit();
}

export function pushText(length: usize): void {
  textWritten(textEnd + length);
}

export function endInput(): void {
  finishText();
}

export {
  beginIndex,
  beginMatch,
  entryInMinute,
  gatherEntries,
  gatheredBack,
  gatheredFront,
  indexEntries,
  indexEntryCount,
  indexRows,
  indexRun,
  indexRowCount,
  keepRun,
  keepRuns,
  keptWhole,
  matchRun,
  placeNumbers,
  portsOfEntry,
  runInput,
  wantForwarded,
} from './index';

export {
  addressText,
  closeAll,
  cover,
  flushRuns,
  forgetIds,
  gunzip,
  gzipInput,
  gzipInputEnd,
  hashOfId,
  idOfText,
  inflatedBytes,
  lineNumber,
  makePlaceRoom,
  noDataCount,
  pairBounds,
  planWords,
  readCount,
  reserve,
  setPlan,
  skipDataCount,
  unknownCount,
};
