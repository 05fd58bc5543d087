/** The names AWS gives to flow log fields, and what Freeport reads of them. Source: the VPC and transit gateway flow log guides. */

/** The default format of version 2: fourteen fields in an order AWS never changes. */
export const DEFAULT_FORMAT: readonly string[] =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/** The fields that decide what a row says, ascending. A format's part lists those it carries. */
export const USED_FIELDS = [
  'account-id',
  'action',
  'bytes',
  'dstaddr',
  'dstport',
  'end',
  'interface-id',
  'log-status',
  'packets',
  'pkt-dstaddr',
  'pkt-srcaddr',
  'protocol',
  'resource-id',
  'srcaddr',
  'srcport',
  'start',
  'tcp-flags',
  'tgw-attachment-id',
  'tgw-id',
  'vpc-id',
] as const;

export type UsedField = (typeof USED_FIELDS)[number];

const OTHER_FIELDS =
  'version subnet-id instance-id type region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service ' +
  'flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ' +
  'ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason ' +
  'encryption-status instance-tag instance-tag-2 interface-tag interface-tag-2 asg-tag asg-tag-2 interface-type ' +
  'next-hop-interface-id next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type resource-type ' +
  'tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id ' +
  'tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id packets-lost-no-route ' +
  'packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired';

const KNOWN_FIELDS: ReadonlySet<string> = new Set([...USED_FIELDS, ...OTHER_FIELDS.split(' ')]);

/** Where each used field stands in a row of this format; -1 where the format lacks it. */
export type FlowFormat = {
  readonly names: readonly string[];
  readonly columns: Readonly<Record<UsedField, number>>;
  /** The used fields this format carries, ascending. */
  readonly used: readonly UsedField[];
  /** The same as a text, of which there is one however many places are seen in this format. */
  readonly key: string;
  /** Why no record of this format can become a row, or null. */
  readonly unusable: string | null;
};

/** Parquet and some exports write `_` where AWS writes `-`, or capitals. */
const canonicalField = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** The files of one log have one format, and thousands of them ask. */
const FORMATS_LIMIT = 64;
const knownFormats = new Map<string, FlowFormat>();

/** The same object for the same names, mostly. */
export function formatOf(names: readonly string[]): FlowFormat {
  const key = names.join(' ');
  const known = knownFormats.get(key);
  if (known) return known;
  if (knownFormats.size === FORMATS_LIMIT) knownFormats.clear();
  const format = readFormat(names);
  knownFormats.set(key, format);
  return format;
}

function readFormat(names: readonly string[]): FlowFormat {
  const canonical = names.map(canonicalField);
  const columns = Object.fromEntries(USED_FIELDS.map((field) => [field, canonical.indexOf(field)])) as Record<
    UsedField,
    number
  >;
  const has = (...fields: readonly UsedField[]): boolean => fields.some((field) => columns[field] >= 0);
  const missing = [
    has('srcaddr', 'pkt-srcaddr') ? null : 'srcaddr',
    has('dstaddr', 'pkt-dstaddr') ? null : 'dstaddr',
    has('srcport') ? null : 'srcport',
    has('dstport') ? null : 'dstport',
    has('protocol') ? null : 'protocol',
    has('start', 'end') ? null : 'start',
  ].filter((field) => field !== null);
  const used = USED_FIELDS.filter((field) => columns[field] >= 0);
  return {
    names: canonical,
    columns,
    used,
    key: used.join(' '),
    unusable: missing.length === 0 ? null : `the format has no ${missing.join(', ')}`,
  };
}

/**
 * A header names fields, so a line is one when it starts with a known name and most of its words are known names:
 * names that a later version of flow logs adds do no harm.
 */
export function isHeader(words: readonly string[]): boolean {
  if (!KNOWN_FIELDS.has(canonicalField(words[0] ?? ''))) return false;
  const known = words.filter((word) => KNOWN_FIELDS.has(canonicalField(word))).length;
  return known * 2 > words.length;
}
