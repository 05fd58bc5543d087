import type { Destination } from './destination.ts';
import type { FlowMinute, Observation } from './observation.ts';
import { emptyPortSet, equalPortSets, portList, type PortSet, portSetOfSorted } from './port-set.ts';

/** Takes a row and returns one that says the same and shares what other rows say as well. */
export type RowSharing = (row: Observation) => Observation;

/**
 * Most flow rows of a long log are of one port, go where others go and count the same small numbers. Each with sets,
 * arrays and texts of its own takes a kilobyte; sharing them makes that a fifth, and nothing may write to a row's sets
 * in either case. Rows of all the inputs of a run are to go through one sharing.
 */
export function createRowSharing(): RowSharing {
  const textOf = createTexts();
  const destinationOf = createDestinations(textOf);
  const setOf = createPortSets();
  const countsOf = createCounts();
  return (row) => {
    if (row.kind !== 'flow') return row;
    const ports = setOf(row.ports, []);
    const opened = setOf(row.opened, [ports]);
    const answered = setOf(row.answered, [ports, opened]);
    const closed = setOf(row.closed, [ports, answered, opened]);
    return {
      ...row,
      interfaceId: textOf(row.interfaceId),
      localAddress: textOf(row.localAddress),
      destination: destinationOf(row.destination),
      via: row.via === null ? null : textOf(row.via),
      ports,
      opened,
      answered,
      closed,
      overlap: countsOf(row.overlap),
      lifetimes: countsOf(row.lifetimes),
    } satisfies FlowMinute;
  };
}

function createTexts(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const same = known.get(text);
    if (same !== undefined) return same;
    known.set(text, text);
    return text;
  };
}

function createDestinations(textOf: (text: string) => string): (destination: Destination) => Destination {
  const known = new Map<string, Map<number, Destination>>();
  return ({ address, port, protocol }) => {
    const there = known.get(address) ?? new Map<number, Destination>();
    if (there.size === 0) known.set(textOf(address), there);
    const service = port * 256 + protocol;
    const destination = there.get(service) ?? { address: textOf(address), port, protocol };
    there.set(service, destination);
    return destination;
  };
}

const NO_PORTS = emptyPortSet();

/** `equals` are sets of the same row: a port that opened was mostly answered and closed as well. */
function createPortSets(): (set: PortSet, equals: readonly PortSet[]) => PortSet {
  const singles = new Map<number, PortSet>();
  return (set, equals) => {
    if (set.size === 0) return NO_PORTS;
    if (set.size === 1) {
      const port = portList(set)[0] as number;
      const single = singles.get(port) ?? portSetOfSorted(Uint16Array.of(port));
      singles.set(port, single);
      return single;
    }
    const same = equals.find((other) => equalPortSets(other, set));
    if (same !== undefined) return same;
    // A list has room for ports that did not come.
    return set.bitmap === null ? portSetOfSorted(set.ports.slice(0, set.size)) : set;
  };
}

/** Seven counts below this make one whole number. */
const SMALL = 16;

/** The same array for the same counts, where all of them are small. */
function createCounts(): (counts: readonly number[]) => readonly number[] {
  const known = new Map<number, readonly number[]>();
  return (counts) => {
    let code = counts.length;
    for (const count of counts) {
      if (count >= SMALL) return counts;
      code = code * SMALL + count;
    }
    const same = known.get(code) ?? counts;
    known.set(code, same);
    return same;
  };
}
