/** The findings table's indexes: both sort by `newest`, the inverted time of `lastSeenAt`. */
export const STATUS_INDEX = 'by-status';
export const SUBJECT_INDEX = 'by-subject';

/** Partition key of what is owed: an insert there starts the publisher. */
export const OUTBOX_PARTITION = 'outbox';

/** Partition key of requests for an analysis: an insert there starts one. */
export const URGENT_PARTITION = 'urgent';
