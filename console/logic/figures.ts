import type { DestinationHeadroom, Finding } from '../client/api-client.ts';

/** Figures as people read them: `54,000`, `90–100 %`, `≥ 3`. */

export type Interval = { readonly low: number; readonly high: number };

const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const countText = (value: number): string => COUNT.format(value);

export function percentText(ratio: number): string {
  if (ratio > 0 && ratio < 0.0005) return 'below 0.1\u00A0%';
  return `${ratio > 0 && ratio < 0.1 ? (ratio * 100).toFixed(1) : Math.round(ratio * 100)}\u00A0%`;
}

/** One figure where both ends read the same. */
export function intervalText(interval: Interval, text: (value: number) => string = countText): string {
  const [low, high] = [text(interval.low), text(interval.high)];
  if (low === high) return high;
  const unit = /\u00A0%$/;
  return unit.test(low) && unit.test(high) ? `${low.replace(unit, '')}–${high}` : `${low}–${high}`;
}

export const percentIntervalText = (interval: Interval): string => intervalText(interval, percentText);

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };

type Destination = Pick<DestinationHeadroom, 'address' | 'port' | 'protocol'>;

/** `203.0.113.10:443/tcp`, `[2001:db8::1]:443/tcp`. */
export const destinationText = ({ address, port, protocol }: Destination): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}/${PROTOCOLS[protocol] ?? protocol}`;

/** How the API's `destination` filter spells it. */
export const destinationFilter = ({ address, port }: Destination): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** What a finding cost so far: connections that failed, over all of its destinations. */
export function impactText({ destinations, firstFailureAt, status }: Finding): string {
  const sum = (of: 'low' | 'high'): number => destinations.reduce((total, { failures }) => total + failures[of], 0);
  const failures = { low: sum('low'), high: sum('high') };
  if (failures.high > 0) return `${intervalText(failures)} connections failed`;
  if (firstFailureAt !== null) return 'Connections failed; how many is not known';
  return status === 'resolved' || status === 'withdrawn' ? 'No connection failed' : 'No connection has failed yet';
}

type Source = Finding['sources'][number];

/** Who it is, in the words that name it best. */
export const sourceText = ({ owner, address, interfaceId, logSource }: Partial<Source>): string =>
  owner ?? address ?? interfaceId ?? logSource ?? 'unknown source';

export const LAYER_NAMES: Readonly<Record<Finding['layer'], string>> = {
  host: 'Host',
  nat: 'NAT gateway',
  'load-balancer': 'Load balancer',
};

export const CAUSE_NAMES: Readonly<Record<Finding['cause'], string>> = {
  churn: 'Churn: connections open too often',
  leak: 'Leak: connections are not closed',
  hold: 'Hold: connections are kept longer',
  growth: 'Growth: slowly more of them',
  capacity: 'Capacity: fewer ports than before',
  unknown: 'Cause not yet known',
};

export const SOURCE_NAMES: Readonly<Record<Finding['evidence'][number]['source'], string>> = {
  'app-log': 'Application log',
  'flow-log': 'Flow log',
  metric: 'Metric',
  'socket-table': 'Socket table',
  inventory: 'Inventory',
};

/** `reuse-connections` → `Reuse connections`, `nat-port-exhaustion` → `NAT port exhaustion`. */
export function wordsOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  const spelled = words.replace(/\b(?:nat|nlb|tcp|tw|dns|ip|vpc)\b/g, (short) => short.toUpperCase());
  return spelled.charAt(0).toUpperCase() + spelled.slice(1);
}

/** Sentences after one another, each with its full stop. */
export const sentences = (texts: readonly string[]): string =>
  texts.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(' ');
