import { PassThrough, Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { createPieceReader } from '../../shared/aws/ingest/flow-pieces.ts';
import { createObjectSource } from '../../shared/aws/ingest/object-source.ts';
import { partsOfReading } from '../../shared/aws/store/parts-of-reading.ts';
import { encodePart } from '../../shared/core/model/part-codec.ts';
import { flowText } from './flow-text.ts';

/**
 * The largest object that AWS delivers, 75 MB of gzip, through the function's own path in a process of its own, so that
 * its memory is what is measured. Printed as JSON for `run.ts`; run with `--max-old-space-size` as Lambda sets it.
 */
const OBJECT_BYTES = 75_000_000;
const GATEWAYS = 200;
const TURNS_LIMIT = 5_000;

let packedBytes = 0;
let textBytes = 0;

/** Gzip made while it is read: the object never lies in this process's memory as a whole. */
function objectStream(): Readable {
  const gzip = createGzip({ level: 1 });
  gzip.on('data', (chunk: Buffer) => {
    packedBytes += chunk.byteLength;
  });
  return Readable.from(minutesUntilLarge()).pipe(gzip).pipe(new PassThrough());
}

/** Two hundred gateways in turn, five minutes of each: a busy account in one object. */
async function* minutesUntilLarge(): AsyncGenerator<Buffer> {
  for (let turn = 0; turn < TURNS_LIMIT; turn += 1) {
    const startMinute = 29_454_360 + (Math.floor(turn / GATEWAYS) % 5);
    const place = { gateway: turn % GATEWAYS, startMinute, minutes: 1 };
    for (const piece of flowText({ ...place, connectionsPerSecond: 200, destinations: 50, clients: 40 })) {
      textBytes += piece.byteLength;
      yield piece;
    }
    if (packedBytes >= OBJECT_BYTES) return;
  }
}

const s3 = { send: async () => ({ Body: objectStream(), ETag: '"bench"' }) } as unknown as S3Client;
const startedAt = performance.now();
const read = await createObjectSource(s3).read({ bucket: 'b', key: 'k' }, (file) => createPieceReader({ file }));
if (read.kind !== 'read') throw new Error('the object was not read');
const [totals, identity] = [{ records: 0, pieces: 0, parts: 0, partBytes: 0 }, ['bench']];
for (const reading of read.content) {
  totals.records += reading.counts.read;
  totals.pieces += 1;
  for (const part of partsOfReading(reading, { identity, input: 'bench' })) {
    totals.parts += 1;
    totals.partBytes += gzipSync(encodePart(part)).byteLength;
  }
}

const totalMs = performance.now() - startedAt;
const peakRssMb = process.resourceUsage().maxRSS / 1_024;
console.log(JSON.stringify({ packedBytes, textBytes, ...totals, totalMs, peakRssMb }));
