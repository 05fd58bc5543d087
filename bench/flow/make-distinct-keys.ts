import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom } from './random.ts';

const LINES_PER_OBJECT = 500_000;
const START = 1_767_261_600;

/** Flow logs of one minute in which no key comes twice: one client, and as many destinations as there are records. */
export function makeDistinctKeys(folder: string, keys: number): void {
  mkdirSync(folder, { recursive: true });
  const random = createRandom(7);
  for (let from = 0; from < keys; from += LINES_PER_OBJECT) {
    const lines: string[] = [];
    for (let key = from; key < Math.min(from + LINES_PER_OBJECT, keys); key += 1) {
      const address = `${11 + (key >>> 24)}.${(key >>> 16) & 255}.${(key >>> 8) & 255}.${key & 255}`;
      const port = 32_768 + random.below(28_232);
      lines.push(
        `2 123456789012 eni-1 10.0.0.5 ${address} ${port} 443 6 3 180 ${START} ${START + random.below(50)} ACCEPT OK\n`,
      );
    }
    const header =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n';
    writeFileSync(
      join(folder, `${String(from).padStart(9, '0')}.log.gz`),
      gzipSync(header + lines.join(''), { level: 3 }),
    );
  }
}
