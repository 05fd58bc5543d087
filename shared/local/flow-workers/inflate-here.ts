import { constants, createGunzip, type Gunzip } from 'node:zlib';
import { eachChunk } from './each-chunk.ts';
import { TEXT_BYTES, type GzipSource, type PushText } from './gzip-source.ts';

/**
 * What `gunzipSync` does its work with. Node has no documented way to inflate a file piece by piece in the thread that
 * asks, but packages have done it so for ten years (pngjs, and minizlib, with which npm unpacks what it installs).
 */
type SyncGunzip = Gunzip & {
  readonly _handle: {
    onerror: (message: string, errno: number, code: string) => void;
    writeSync(flush: number, gzip: Buffer, at: number, length: number, text: Buffer, to: number, room: number): void;
  };
  /** The room and the gzip that the last write has left. */
  readonly _writeState: Uint32Array;
};

/** Inflates the file; throws what zlib says is wrong with it. */
export type InflateHere = (source: GzipSource, push: PushText) => void;

/** For whoever has no core to spare for zlib: it works in this thread. Null where this Node has no such way. */
export function createInflateHere(): InflateHere | null {
  const probe = openGunzip();
  if (probe === null) return null;
  probe.close();
  const text = Buffer.allocUnsafeSlow(TEXT_BYTES);
  const pause = createPauses();
  return (source, push) => {
    const gunzip = openGunzip() as SyncGunzip;
    try {
      inflateWith(gunzip, source, text, (inflated) => {
        push(inflated);
        pause(inflated.length);
      });
    } finally {
      gunzip.close();
    }
  };
}

/**
 * While there are as many busy threads as cores, V8 has none to compile on, and all stay slow the longer: until it has
 * read so much text, a thread pauses now and then. Most systems give V8 its share anyway, and these pauses cost little;
 * under a real-time priority it would wait for a tenth of a second each time.
 */
const COMPILED_BY_BYTES = 32 * 1024 * 1024;
const PAUSE_MS = 0.1;

function createPauses(): (textBytes: number) => void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  let bytes = 0;
  let pauses = 0;
  return (textBytes) => {
    if (bytes >= COMPILED_BY_BYTES) return;
    bytes += textBytes;
    if (bytes < (pauses + 1) * TEXT_BYTES) return;
    pauses += 1;
    Atomics.wait(never, 0, 0, PAUSE_MS);
  };
}

function openGunzip(): SyncGunzip | null {
  // It has a buffer of its own, which is not used.
  const gunzip = createGunzip({ chunkSize: constants.Z_MIN_CHUNK });
  if (isSync(gunzip)) return gunzip;
  gunzip.close();
  return null;
}

function isSync(gunzip: Gunzip): gunzip is SyncGunzip {
  const { _handle: handle, _writeState: left } = gunzip as Partial<SyncGunzip>;
  return handle !== undefined && 'onerror' in handle && 'writeSync' in handle && left instanceof Uint32Array;
}

function inflateWith(gunzip: SyncGunzip, source: GzipSource, text: Buffer, push: PushText): void {
  const { _handle: handle, _writeState: left } = gunzip;
  let failure: Error | null = null;
  // eslint-disable-next-line unicorn/prefer-add-event-listener -- it has no listeners
  handle.onerror = (message, errno, code) => {
    failure = Object.assign(new Error(message), { errno, code });
  };
  // Something that is no gzip follows the last member.
  let isFollowed = false;
  const inflate = (gzip: Buffer, flush: number): void => {
    for (let at = 0, room = 0; room === 0 && !isFollowed;) {
      handle.writeSync(flush, gzip, at, gzip.length - at, text, 0, text.length);
      if (failure !== null) throw failure;
      const [roomLeft, gzipLeft] = left as unknown as readonly [number, number];
      at = gzip.length - gzipLeft;
      room = roomLeft;
      if (room < text.length) push(text.subarray(0, text.length - room));
      isFollowed = room > 0 && gzipLeft > 0;
    }
  };
  eachChunk(source.file, source.buffer, source.first, (chunk) => {
    inflate(chunk, constants.Z_NO_FLUSH);
    source.onBytes(chunk.length);
  });
  // By itself: zlib drops its last output when the end of a cut file comes with it.
  inflate(source.buffer.subarray(0, 0), constants.Z_FINISH);
}
