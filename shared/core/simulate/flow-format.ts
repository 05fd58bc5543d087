import type { TapRecord, Tap } from './flow-tap.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const VPC_ID = 'vpc-0a1b2c3d4e5f60718';

export type FlowFormatName = 'v2' | 'nat15' | 'nat16' | 'v5';

const V2_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

const NAT_FIELDS =
  'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status tcp-flags pkt-srcaddr pkt-dstaddr flow-direction';

/** `v2` is AWS's default; `nat15` and, for regional gateways, `nat16` are the flow logs Freeport creates; `v5` is a custom format with every field that helps. */
export const FLOW_FORMATS: Readonly<Record<FlowFormatName, readonly string[]>> = {
  v2: V2_FIELDS.split(' '),
  nat15: NAT_FIELDS.split(' '),
  nat16: `${NAT_FIELDS} resource-id`.split(' '),
  v5: 'version account-id vpc-id subnet-id instance-id interface-id srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol packets bytes start end action tcp-flags type region az-id flow-direction traffic-path log-status'.split(
    ' ',
  ),
};

type FieldWriter = (record: TapRecord) => string | number;

/** Seconds: the whole second of the first and of the last packet. */
const FIELD_WRITERS: Readonly<Record<string, FieldWriter>> = {
  'account-id': () => ACCOUNT,
  'interface-id': ({ tap }) => tap.interfaceId,
  srcaddr: ({ source }) => source,
  dstaddr: ({ destination }) => destination,
  srcport: ({ sourcePort }) => sourcePort,
  dstport: ({ destinationPort }) => destinationPort,
  protocol: ({ protocol }) => protocol,
  packets: ({ packets }) => packets,
  bytes: ({ bytes }) => Math.round(bytes),
  start: ({ firstMs }) => Math.floor(firstMs / 1000),
  end: ({ lastMs }) => Math.floor(lastMs / 1000),
  action: ({ action }) => action,
  'log-status': () => 'OK',
  'vpc-id': () => VPC_ID,
  'subnet-id': ({ tap }) => tap.subnetId,
  'instance-id': ({ tap }) => tap.instanceId ?? '-',
  'tcp-flags': ({ flags, protocol }) => (protocol === 6 ? flags : 0),
  type: ({ source }) => (source.includes(':') ? 'IPv6' : 'IPv4'),
  'pkt-srcaddr': ({ packetSource }) => packetSource,
  'pkt-dstaddr': ({ packetDestination }) => packetDestination,
  region: () => REGION,
  'az-id': ({ tap }) => (tap.zone === null ? '-' : `use1-az${tap.zone.charCodeAt(0) - 96}`),
  'resource-id': ({ tap }) => tap.resourceId ?? '-',
  'flow-direction': ({ direction }) => direction,
  'traffic-path': ({ direction, toInternet }) => (direction === 'ingress' ? '-' : toInternet ? 8 : 1),
};

export function lineWriter(format: FlowFormatName): (record: TapRecord) => string {
  const version = format === 'v5' ? 5 : 2;
  const writers = FLOW_FORMATS[format].map((field): FieldWriter => {
    const writer = field === 'version' ? () => version : FIELD_WRITERS[field];
    if (!writer) throw new Error(`no writer for the flow-log field ${field}`);
    return writer;
  });
  // Joined, not added up: adding builds a tree of fragments per line, and there are millions of lines.
  return (record) => writers.map((writer) => writer(record)).join(' ');
}

/** A NODATA or SKIPDATA record: it names the interface and the window, everything else is absent. */
export function statusLine(
  format: FlowFormatName,
  tap: Tap,
  status: 'NODATA' | 'SKIPDATA',
  window: { readonly startMs: number; readonly endMs: number },
): string {
  const known: Readonly<Record<string, string | number>> = {
    version: format === 'v5' ? 5 : 2,
    'account-id': ACCOUNT,
    'interface-id': tap.interfaceId,
    'resource-id': tap.resourceId ?? '-',
    start: Math.floor(window.startMs / 1000),
    end: Math.floor(window.endMs / 1000) - 1,
    'log-status': status,
  };
  return FLOW_FORMATS[format].map((field) => known[field] ?? '-').join(' ');
}
