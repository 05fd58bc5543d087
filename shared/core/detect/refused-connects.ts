import { TCP } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';

/** A connection that came about has several packets each way: a few among many refusals make no difference. */
const MOST_PACKETS_EACH_RECORD = 1.3;
/** A record each way for nearly every port: what lasts longer has some in other minutes. */
const LEAST_RECORDS_EACH_PORT = 1.8;

/**
 * Whether the connects of a row were refused: one SYN and one RST each, a record of one packet both ways, with flags or
 * without. A refused connect gives its port back at once. Probes of idle connections look alike where records carry no
 * flags, so that whoever counts must look for ports that come back.
 */
export const isRefused = (row: FlowMinute): boolean =>
  row.packets <= MOST_PACKETS_EACH_RECORD * row.records &&
  row.records >= LEAST_RECORDS_EACH_PORT * row.ports.size &&
  row.destination.protocol === TCP &&
  row.answered.size > 0 &&
  (row.opensInferred || row.opened.size >= row.answered.size);
