/** Minutes from the onset to the first failure: a long ramp leaves time for a warning even from S3, a short one without delays. */
export const RAMP_MINUTES = 45;
export const SHORT_RAMP_MINUTES = 5;
