/**
 * Multiples of the polynomial of CRC-32 with four terms, all of them powers of x^8: `node bench/flow/find-multiple.ts`.
 * Each is printed as the three distances, in bytes, over which shared/core/flow-log/engine/wasm/checksum.as may add.
 */
const BYTES_LIMIT = 6000;

// As gzip writes it: the highest bit is x^0, and one to the right is a factor of x.
const powers = [0x80000000];
for (let i = 0; i < BYTES_LIMIT; i += 1) {
  let power = powers[i] as number;
  for (let bit = 0; bit < 8; bit += 1) power = (power >>> 1) ^ (power & 1 ? 0xedb88320 : 0);
  powers.push(power >>> 0);
}
const exponents = new Map(powers.map((power, i) => [power, i]));
const [one = 0] = powers;

for (let low = 1; low <= BYTES_LIMIT; low += 1)
  for (let middle = low + 1; middle <= BYTES_LIMIT; middle += 1) {
    const sum = (one ^ (powers[low] as number) ^ (powers[middle] as number)) >>> 0;
    const high = exponents.get(sum) ?? 0;
    if (high > middle) console.log(`${high - middle}, ${high - low} and ${high}`);
  }
