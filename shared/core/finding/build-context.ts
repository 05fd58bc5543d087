import type { ClientFailures } from '../correlate/blame-clients.ts';
import type { ClientIndex } from '../correlate/client-index.ts';
import type { HostSeries } from '../detect/host-series.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import type { AgentMetrics } from './agent-evidence.ts';

/** What every finding is built with. */
export type BuildContext = {
  readonly inventory: Inventory;
  readonly settings: Settings;
  readonly clients: ClientIndex;
  readonly hosts: readonly HostSeries[];
  /** Log rows of connect timeouts: weak evidence that can only support a finding. */
  readonly timeouts: readonly ConnectErrorMinute[];
  /** What the clients of gateways without records of their own show of failed connections, by gateway. */
  readonly clientFailures: ReadonlyMap<string, readonly ClientFailures[]>;
  /** What CloudWatch agents count on the hosts of findings. */
  readonly agents: AgentMetrics;
  readonly lastMinute: Minute;
};
