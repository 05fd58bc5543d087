/** A client gives up seconds to minutes after its SYN was dropped: timeouts up to this much later belong to the drop. */
export const TIMEOUT_LAG_MINUTES = 3;
