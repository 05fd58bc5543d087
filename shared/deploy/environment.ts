/** Names of the environment variables that constructs set and functions read: both sides import them from here. */
export const ENVIRONMENT = {
  storeBucket: 'FREEPORT_STORE_BUCKET',
  partIndexTable: 'FREEPORT_PART_INDEX_TABLE',
  findingTable: 'FREEPORT_FINDING_TABLE',
  emailTopic: 'FREEPORT_EMAIL_TOPIC_ARN',
  retentionDays: 'FREEPORT_RETENTION_DAYS',
  horizonMinutes: 'FREEPORT_HORIZON_MINUTES',
  pollWindowMinutes: 'FREEPORT_POLL_WINDOW_MINUTES',
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
