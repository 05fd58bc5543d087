import type { Change } from '../../shared/core/advise/what-if.ts';
import type { Finding } from '../client/api-client.ts';
import { countText } from './figures.ts';

/** A change to try on a finding's minutes: what it is called, and how much of it there may be. */
export type Remedy = {
  readonly kind: Change['kind'];
  readonly name: string;
  /** Null where there is no more or less of it. */
  readonly slider: {
    readonly label: string;
    readonly min: number;
    readonly max: number;
    readonly initial: number;
    readonly text: (value: number) => string;
  } | null;
  readonly change: (value: number) => Change;
};

const LAST_PORT = 65_535;
const ADDRESSES_LIMIT = 8;

const POOL: Remedy = {
  kind: 'pool',
  name: 'A pool that bounds each source',
  slider: { label: 'Connections per source', min: 1, max: 500, initial: 20, text: countText },
  change: (value) => ({ kind: 'pool', connectionsPerSource: value }),
};

const KEEP_ALIVE: Remedy = {
  kind: 'keep-alive',
  name: 'Connections kept alive and used again',
  slider: null,
  change: () => ({ kind: 'keep-alive' }),
};

const WIDER_RANGE: Remedy = {
  kind: 'port-range',
  name: 'A wider ephemeral range',
  slider: {
    label: 'First port of the range',
    min: 1_024,
    max: 49_152,
    initial: 1_024,
    text: (value) => `${value}–${LAST_PORT}`,
  },
  change: (value) => ({ kind: 'port-range', low: value, high: LAST_PORT }),
};

const ENDPOINT: Remedy = {
  kind: 'endpoint',
  name: 'A VPC endpoint for this destination',
  slider: null,
  change: () => ({ kind: 'endpoint' }),
};

const moreAddresses = (portsPerAddress: number): Remedy => ({
  kind: 'add-addresses',
  name: 'More addresses at the NAT gateway',
  slider: {
    label: 'Addresses added',
    min: 1,
    max: ADDRESSES_LIMIT - 1,
    initial: 1,
    text: (value) => `${value}, ${countText(value * portsPerAddress)} ports`,
  },
  change: (value) => ({ kind: 'add-addresses', addresses: value, portsPerAddress }),
});

/** What can be done at this layer. `portsPerAddress` is of the finding's NAT gateway, where it is one. */
export function remediesFor(layer: Finding['layer'], portsPerAddress: number): Remedy[] {
  switch (layer) {
    case 'nat':
      return [POOL, KEEP_ALIVE, moreAddresses(portsPerAddress), ENDPOINT];
    case 'host':
      return [POOL, KEEP_ALIVE, WIDER_RANGE];
    case 'load-balancer':
      return [POOL, KEEP_ALIVE];
  }
}
