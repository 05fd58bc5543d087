/** What the mechanism did, recorded while it runs; nothing here is written into the files that are analysed. */
export type TruthRecorder = {
  /** Highest utilisation of any one address towards one destination, and of any host. */
  highest: number;
  /** Per holder of ports, the minutes since the start in which three quarters of them were in use, and the highest use. */
  readonly pressed: Map<string, Map<number, number>>;
  readonly failures: PortFailure[];
  /** First SYN that a gateway dropped for want of a port, whether or not the connection came through later. */
  readonly drops: { readonly gateway: number; readonly destination: number; readonly atMs: number }[];
  readonly incidents: IncidentRecord[];
};

/** A connection that never came about because no port was free. `atMs` is when it was begun. */
export type PortFailure = {
  readonly layer: 'host' | 'nat';
  readonly holder: number;
  readonly destination: number;
  readonly source: number;
  readonly workload: number;
  readonly atMs: number;
};

/** Ports in use of an incident's subject, sampled every second. */
export type IncidentRecord = {
  peakPorts: number;
  peakDestination: number;
  peakAtMs: number;
  capacityAtPeak: number;
  /** When utilisation first reached 75, 90 and 100 %. */
  readonly crossedMs: { warning: number | null; critical: number | null; full: number | null };
  /** Port-seconds per source and per destination from the onset to the end. */
  readonly portSecondsBySource: Map<number, number>;
  readonly portSecondsByDestination: Map<number, number>;
  /** Highest utilisation per minute since the start. */
  readonly utilisation: number[];
};

const DROPS_LIMIT = 1;

export const createTruthRecorder = (incidents: number): TruthRecorder => ({
  highest: 0,
  pressed: new Map(),
  failures: [],
  drops: [],
  incidents: Array.from({ length: incidents }, () => ({
    peakPorts: 0,
    peakDestination: -1,
    peakAtMs: 0,
    capacityAtPeak: 0,
    crossedMs: { warning: null, critical: null, full: null },
    portSecondsBySource: new Map(),
    portSecondsByDestination: new Map(),
    utilisation: [],
  })),
});

/** Keeps the first drop per gateway and destination: the earliest harm. */
export function recordDrop(truth: TruthRecorder, gateway: number, destination: number, atMs: number): void {
  const known = truth.drops.filter((drop) => drop.gateway === gateway && drop.destination === destination).length;
  if (known < DROPS_LIMIT) truth.drops.push({ gateway, destination, atMs });
}

export const PRESSED_FROM = 0.75;

/** Every use is told of at its peak, right after a port was taken, so no moment between two samples is missed. */
export function recordUse(truth: TruthRecorder, holder: string, minute: number, utilisation: number): void {
  if (utilisation < PRESSED_FROM || minute < 0) return;
  const known = truth.pressed.get(holder);
  const minutes = known ?? new Map<number, number>();
  if (!known) truth.pressed.set(holder, minutes);
  if (utilisation > (minutes.get(minute) ?? 0)) minutes.set(minute, utilisation);
}

export const addTo = (sums: Map<number, number>, key: number, amount: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + amount);
};
