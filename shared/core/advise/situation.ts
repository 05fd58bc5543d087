import type { Cause, Layer } from '../finding/schema.ts';
import { formatDestination, type Destination } from '../model/destination.ts';
import { figures } from '../model/figures.ts';
import type { Nowcast } from './nowcast.ts';

/** What advice is sized from. */
export type Case = {
  readonly layer: Layer;
  readonly cause: Cause;
  readonly destination: Destination | null;
  readonly capacityPorts: number;
  readonly peakPorts: number | null;
  readonly nowcast: Nowcast;
  readonly addresses: number;
  readonly portsPerAddress: number;
  /** Names by which log events call the destination; none where no log says. */
  readonly hostNames?: readonly string[];
  /** Runtimes and proxies that wrote the log events. */
  readonly runtimes?: readonly string[];
  /** A regional NAT gateway takes addresses by itself. */
  readonly isRegional?: boolean;
  /** The client binds an address before it connects, so that all destinations share one range. */
  readonly bindsFirst?: boolean;
};

export const towards = ({ destination }: Case): string =>
  destination === null ? 'the destination' : formatDestination(destination);

export const percent = (part: number, whole: number): string => `${figures((100 * part) / Math.max(1, whole), 2)} %`;

/** `; the peak of 50000 would be 45 %`, where the peak is known. */
export const peakWouldBe = ({ peakPorts }: Case, ports: number): string =>
  peakPorts === null ? '' : `; the peak of ${peakPorts} would be ${percent(peakPorts, ports)}`;
