/**
 * The fields of the flow log that Freeport creates: what its rows are made of, and nothing that would only cost.
 * AWS field names, in the order in which records carry them.
 */
export const FLOW_LOG_FIELDS = [
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'log-status',
  'tcp-flags',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'flow-direction',
] as const;

/** Regional NAT gateways write `-` as interface; only `resource-id` names them. */
export const REGIONAL_NAT_FIELDS = [...FLOW_LOG_FIELDS, 'resource-id'] as const;

/** Seconds; the default of AWS is 600, which would hide every burst. */
export const FLOW_LOG_INTERVAL_SECONDS = 60;

export const flowLogFormat = (fields: readonly string[]): string => fields.map((field) => `\${${field}}`).join(' ');

/** Fields by log group, as the stack writes them; none when there is no such group. */
export const readFormats = (json: string | undefined): Readonly<Record<string, readonly string[]>> =>
  json === undefined ? {} : (JSON.parse(json) as Record<string, string[]>);
