/** Names of the environment variables that constructs set and functions read: both sides import them from here. */
export const ENVIRONMENT = {
  storeBucket: 'FREEPORT_STORE_BUCKET',
  partIndexTable: 'FREEPORT_PART_INDEX_TABLE',
  findingTable: 'FREEPORT_FINDING_TABLE',
  emailTopic: 'FREEPORT_EMAIL_TOPIC_ARN',
  machineTopic: 'FREEPORT_MACHINE_TOPIC_ARN',
  amazonQTopic: 'FREEPORT_AMAZON_Q_TOPIC_ARN',
  slackTopic: 'FREEPORT_SLACK_TOPIC_ARN',
  eventBus: 'FREEPORT_EVENT_BUS_NAME',
  slackSecret: 'FREEPORT_SLACK_SECRET_ARN',
  slackChannel: 'FREEPORT_SLACK_CHANNEL',
  slackApi: 'FREEPORT_SLACK_API_URL',
  portAlarmPrefix: 'FREEPORT_PORT_ALARM_PREFIX',
  logGroupChoice: 'FREEPORT_LOG_GROUPS',
  ownLogPrefixes: 'FREEPORT_OWN_LOG_PREFIXES',
  logFilterName: 'FREEPORT_LOG_FILTER_NAME',
  logDestination: 'FREEPORT_LOG_DESTINATION_ARN',
  leaseSeconds: 'FREEPORT_LEASE_SECONDS',
  retentionDays: 'FREEPORT_RETENTION_DAYS',
  flowLogFormats: 'FREEPORT_FLOW_LOG_FORMATS',
  horizonMinutes: 'FREEPORT_HORIZON_MINUTES',
  analysisSettings: 'FREEPORT_ANALYSIS_SETTINGS',
} as const;

export type EnvironmentName = (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT];

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws when the variable is missing or empty: the function's construct forgot its grant. */
export function requireVariable(environment: Environment, name: EnvironmentName): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`environment variable ${name} is not set`);
  return value;
}

/** Throws when the variable is missing or no positive whole number. */
export function requireCount(environment: Environment, name: EnvironmentName): number {
  const value = Number(requireVariable(environment, name));
  if (!Number.isSafeInteger(value) || value <= 0) throw new Error(`environment variable ${name} is no positive count`);
  return value;
}
