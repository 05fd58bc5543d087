import { portList, portSetOfSorted, type PortSet } from './port-set.ts';
import type { Minute } from './time.ts';

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
};

const PORT_VALUES = 65_536;

export function createPortWindow(): PortWindow {
  // How many of the sets have each port: fewer than 65,536 sets, as minutes of one pair of addresses are.
  const counts = new Uint16Array(PORT_VALUES);
  let distinct = 0;
  return {
    add(set) {
      const ports = portList(set);
      for (let i = 0; i < set.size; i += 1) {
        const port = ports[i] as number;
        if (counts[port] === 0) distinct += 1;
        counts[port] = (counts[port] as number) + 1;
      }
    },
    remove(set) {
      const ports = portList(set);
      for (let i = 0; i < set.size; i += 1) {
        const port = ports[i] as number;
        counts[port] = (counts[port] as number) - 1;
        if (counts[port] === 0) distinct -= 1;
      }
    },
    size: () => distinct,
  };
}

/** When each port was seen last. Minutes come in order. */
export type LastSeen = {
  see(set: PortSet, minute: Minute): void;
  /** The ports of `set` that were seen in `minute` or later. */
  since(minute: Minute, set: PortSet): PortSet;
};

export function createLastSeen(): LastSeen {
  // Minutes since the first, counted from 1: an array of zeros takes no memory where nothing is written.
  const lastSeen = new Int32Array(PORT_VALUES);
  let first: Minute | null = null;
  return {
    see(set, minute) {
      first ??= minute;
      const ports = portList(set);
      for (let i = 0; i < set.size; i += 1) lastSeen[ports[i] as number] = minute - first + 1;
    },
    since(minute, set) {
      const oldest = Math.max(1, minute - (first ?? minute) + 1);
      const left = portList(set)
        .subarray(0, set.size)
        .filter((port) => (lastSeen[port] as number) >= oldest);
      return left.length === set.size ? set : portSetOfSorted(left);
    },
  };
}
