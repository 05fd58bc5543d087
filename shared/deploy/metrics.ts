/** Freeport's own metrics: written by functions as log lines, watched by alarms. */
export const METRIC_NAMESPACE = 'Freeport';
