import type { LogSource } from '../model/observation.ts';

/** How a log source is called: its group, and its service where the events name one. */
export const logSourceId = ({ group, service }: LogSource): string =>
  service === null || service === group ? group : `${group} ${service}`;

const LISTED_LIMIT = 5;

/** The first of some log sources, and how many more there are. */
export const listed = (logSources: readonly string[]): string =>
  `${logSources.slice(0, LISTED_LIMIT).join(', ')}${logSources.length > LISTED_LIMIT ? ` and ${logSources.length - LISTED_LIMIT} more` : ''}`;
