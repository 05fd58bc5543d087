/** How long Freeport keeps what it knows, and how often it looks. Related limits stand together. */
export const PART_RETENTION_DAYS = 7;
export const ANALYSIS_INTERVAL_MINUTES = 5;
/** Of what has many connections, failed allocations or an open finding the few metrics that tell an incident are read each minute. */
export const METRIC_TICK_MINUTES = 1;
export const LOG_GROUPS_INTERVAL_MINUTES = 15;
export const PUBLISH_INTERVAL_MINUTES = 5;
/** The few of everything, and all of what is watched. */
export const METRIC_POLL_INTERVAL_MINUTES = 5;
/** All metrics of everything: the others tell look-alikes, which can wait. */
export const METRIC_LEISURE_INTERVAL_MINUTES = 15;
/** A poll reads intervals past its own, because CloudWatch completes a minute up to a few minutes late. */
export const METRIC_WINDOW_INTERVALS = 3;
/** Whether a NAT gateway has come, gone or changed its addresses; if so, and at the interval, everything is described. */
export const INVENTORY_TICK_MINUTES = 1;
export const INVENTORY_INTERVAL_MINUTES = 15;
