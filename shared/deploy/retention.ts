/** How long Freeport keeps what it knows, and how often it looks. Related limits stand together. */
export const PART_RETENTION_DAYS = 7;
export const ANALYSIS_INTERVAL_MINUTES = 5;
/** While a finding is open the few metrics that tell an incident are read each minute. */
export const METRIC_TICK_MINUTES = 1;
export const LOG_GROUPS_INTERVAL_MINUTES = 15;
export const PUBLISH_INTERVAL_MINUTES = 5;
export const METRIC_POLL_INTERVAL_MINUTES = 5;
/** A poll reads past its interval, because CloudWatch completes a minute up to a few minutes late. */
export const METRIC_POLL_WINDOW_MINUTES = 15;
export const INVENTORY_INTERVAL_MINUTES = 15;
