import { DEFAULT_FORMAT, formatOf, isHeader } from '../flow-log/fields.ts';
import { parseRecord } from '../flow-log/record.ts';
import { wordsOf } from '../flow-log/words.ts';

const list = (names: string): readonly string[] => names.split(' ');

/** The fields that each version added, in the order of AWS's guide: the order in which people select them. */
const V3 = list('vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr');
const V4 = list('region az-id sublocation-type sublocation-id');
const V5 = list('pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path');
const V7 = list(
  'ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id',
);
const V8 = list('reject-reason');
const V9 = list('resource-id');
const V10 = list('encryption-status');

/** The default format of transit gateway flow logs. */
const TRANSIT_GATEWAY = list(
  'version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id ' +
    'tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id ' +
    'tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type ' +
    'packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region ' +
    'flow-direction pkt-src-aws-service pkt-dst-aws-service',
);

/** What Freeport's own stack asks for. */
const FREEPORT = list(
  'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status tcp-flags pkt-srcaddr pkt-dstaddr flow-direction',
);

const IN_ORDER = [V3, V4, V5, V7, V8, V9, V10].map((_, at, added) => [
  ...DEFAULT_FORMAT,
  ...added.slice(0, at + 1).flat(),
]);
const WITHOUT_ECS = [[V8], [V8, V9], [V8, V9, V10]].map((added) => [
  ...DEFAULT_FORMAT,
  ...[V3, V4, V5, ...added].flat(),
]);
const LAYOUTS: readonly (readonly string[])[] = [
  ...IN_ORDER,
  ...WITHOUT_ECS,
  FREEPORT,
  [...FREEPORT, ...V9],
  TRANSIT_GATEWAY,
  // The same fields by their names: how some tools list them.
  ...[...IN_ORDER, ...WITHOUT_ECS].map((names) => names.toSorted()),
];

/** What a value of a field looks like; `-` stands for none in every field. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  version: /^\d{1,2}$/,
  'account-id': /^(?:\d{9,12}|unknown)$/,
  'interface-id': /^eni-\w+$/,
  action: /^(?:ACCEPT|REJECT)$/,
  'log-status': /^(?:OK|NODATA|SKIPDATA)$/,
  start: /^\d{9,13}$/,
  end: /^\d{9,13}$/,
  protocol: /^\d{1,3}$/,
  'tcp-flags': /^\d{1,3}$/,
  'vpc-id': /^vpc-\w+$/,
  'tgw-id': /^tgw-\w+$/,
  'tgw-attachment-id': /^tgw-attach-\w+$/,
  'subnet-id': /^subnet-\w+$/,
  'instance-id': /^i-\w+$/,
  type: /^(?:IPv4|IPv6|EFA)$/,
  srcaddr: /^[\da-f.:]+$/i,
  dstaddr: /^[\da-f.:]+$/i,
  'pkt-srcaddr': /^[\da-f.:]+$/i,
  'pkt-dstaddr': /^[\da-f.:]+$/i,
  'flow-direction': /^(?:ingress|egress)$/,
  'traffic-path': /^\d$/,
  region: /^[a-z]{2}(?:-[a-z]+)+-\d$/,
  'az-id': /^[a-z]{3,5}\d-az\d$/,
};

/**
 * The fields of flow records that came without their header (CloudWatch Logs and Firehose never write one): the only
 * usual layout whose every value looks as it should in every line. Null for the default format, below a header, and
 * where no layout or more than one fits.
 */
export function guessFlowFormat(lines: readonly string[]): readonly string[] | null {
  const rows = lines.map(wordsOf).filter((words) => words.length > 1);
  if (rows.length === 0 || rows.some(isHeader)) return null;
  const defaultRow = formatOf(DEFAULT_FORMAT);
  if (rows.some((words) => parseRecord(defaultRow, words).kind !== 'rejected')) return null;
  const fitting = LAYOUTS.filter((names) => rows.every((words) => fits(names, words)));
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

const fits = (names: readonly string[], words: readonly string[]): boolean =>
  words.length === names.length &&
  names.every((name, at) => words[at] === '-' || (SHAPES[name]?.test(words[at] ?? '') ?? true));
