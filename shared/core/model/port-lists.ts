/**
 * Ascending lists of distinct ports, the first `size` places of an array. Every result is written into the caller's
 * array, so that nothing is allocated before its size is known; each function returns how many ports it wrote.
 */
export type PortList = { readonly ports: Uint16Array; readonly size: number };

/** The ports of both, into `to`, which has room for as many as both have together. */
export function mergeLists(a: PortList, b: PortList, to: Uint16Array): number {
  let [i, j, size] = [0, 0, 0];
  while (i < a.size && j < b.size) {
    const left = a.ports[i] as number;
    const right = b.ports[j] as number;
    to[size++] = left < right ? left : right;
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  while (i < a.size) to[size++] = a.ports[i++] as number;
  while (j < b.size) to[size++] = b.ports[j++] as number;
  return size;
}

/** The ports of `a` that are in `b` (`wanted` 1) or that are not (0); `to` may be the array of `a` itself. */
export function filterList(a: PortList, b: PortList, wanted: 0 | 1, to: Uint16Array): number {
  let [j, size] = [0, 0];
  for (let i = 0; i < a.size; i += 1) {
    const port = a.ports[i] as number;
    while (j < b.size && (b.ports[j] as number) < port) j += 1;
    const isThere = j < b.size && b.ports[j] === port ? 1 : 0;
    if (isThere === wanted) to[size++] = port;
  }
  return size;
}

/** The same against 65,536 bits. */
export function filterListByBits(a: PortList, bits: Uint32Array, wanted: 0 | 1, to: Uint16Array): number {
  let size = 0;
  for (let i = 0; i < a.size; i += 1) {
    const port = a.ports[i] as number;
    if ((((bits[port >>> 5] as number) >>> (port & 31)) & 1) === wanted) to[size++] = port;
  }
  return size;
}

/** Where `port` is, or would have to be put. */
export function placeInList({ ports, size }: PortList, port: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ports[middle] as number) < port) low = middle + 1;
    else high = middle;
  }
  return low;
}
