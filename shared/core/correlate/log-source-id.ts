import type { LogSource } from '../model/observation.ts';

/** How a log source is called: its group, and its service where the events name one. */
export const logSourceId = ({ group, service }: LogSource): string =>
  service === null || service === group ? group : `${group} ${service}`;
