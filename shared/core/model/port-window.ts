import { listBits } from './port-bits.ts';
import { portSetOfSorted, type PortSet } from './port-set.ts';

/**
 * The ports of the minutes under a window that slides: each minute's set enters once and leaves once, however long the
 * window is, where a union would look at each as often as the window is long.
 */
export type PortWindow = {
  add(set: PortSet): void;
  /** Only what was added. */
  remove(set: PortSet): void;
  /** Distinct ports. */
  size(): number;
  /** The ports of `set` that are under the window. */
  among(set: PortSet): PortSet;
};

const PORT_VALUES = 65_536;

export function createPortWindow(): PortWindow {
  // How many of the sets have each port: fewer than 65,536 sets, as minutes of one pair of addresses are.
  const counts = new Uint16Array(PORT_VALUES);
  const list = new Uint16Array(PORT_VALUES);
  let distinct = 0;
  const portsOf = ({ bitmap, ports }: PortSet): Uint16Array => {
    if (bitmap === null) return ports;
    listBits(bitmap, 0, bitmap.length - 1, list);
    return list;
  };
  return {
    add(set) {
      const ports = portsOf(set);
      for (let i = 0; i < set.size; i += 1) {
        const port = ports[i] as number;
        if (counts[port] === 0) distinct += 1;
        counts[port] = (counts[port] as number) + 1;
      }
    },
    remove(set) {
      const ports = portsOf(set);
      for (let i = 0; i < set.size; i += 1) {
        const port = ports[i] as number;
        counts[port] = (counts[port] as number) - 1;
        if (counts[port] === 0) distinct -= 1;
      }
    },
    size: () => distinct,
    among(set) {
      const ports = portsOf(set);
      let size = 0;
      for (let i = 0; i < set.size; i += 1) {
        const port = ports[i] as number;
        if ((counts[port] as number) > 0) list[size++] = port;
      }
      return size === set.size ? set : portSetOfSorted(list.slice(0, size));
    },
  };
}
