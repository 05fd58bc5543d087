import type { Scenario } from './scenario.ts';
import { natChurnLongRamp, natChurnMediumRamp, natChurnShortRamp } from './scenarios/nat-churn-ramp.ts';
import { natBurst } from './scenarios/nat-burst.ts';
import { natHold } from './scenarios/nat-hold.ts';
import { natLeak } from './scenarios/nat-leak.ts';
import { natLeakIdle } from './scenarios/nat-leak-idle.ts';
import { natGrowth } from './scenarios/nat-growth.ts';
import { natCapacityShrink } from './scenarios/nat-capacity-shrink.ts';
import { natManyNames } from './scenarios/nat-many-names.ts';
import { natScaleOut } from './scenarios/nat-scale-out.ts';
import { natObserver } from './scenarios/nat-observer.ts';
import { natRetryStorm } from './scenarios/nat-retry-storm.ts';
import { natBulkDecoy } from './scenarios/nat-bulk-decoy.ts';
import { natTwoDestinations } from './scenarios/nat-two-destinations.ts';
import { natUdp } from './scenarios/nat-udp.ts';
import { natFixFailed } from './scenarios/nat-fix-failed.ts';
import { natFullSize } from './scenarios/nat-full-size.ts';
import { natManyAddresses } from './scenarios/nat-many-addresses.ts';
import { natOneOfThree } from './scenarios/nat-one-of-three.ts';
import { natRegional, natRegionalZone } from './scenarios/nat-regional.ts';
import { natFiftyLeak, natThousand, natThreeThousand } from './scenarios/nat-at-scale.ts';
import { natPressure } from './scenarios/nat-pressure.ts';
import { hostChurnRamp, hostChurnBurst } from './scenarios/host-churn.ts';
import { hostBindFirst } from './scenarios/host-bind-first.ts';
import { hostLeak } from './scenarios/host-leak.ts';
import { hostHold } from './scenarios/host-hold.ts';
import { hostNarrowRange } from './scenarios/host-narrow-range.ts';
import { hostLoopbackProxy } from './scenarios/host-loopback-proxy.ts';
import { hostIpv6 } from './scenarios/host-ipv6.ts';
import { hostWindowsCi } from './scenarios/host-windows-ci.ts';
import { hostMesh } from './scenarios/host-mesh.ts';
import { hostPressure } from './scenarios/host-pressure.ts';
import { nlbErrors } from './scenarios/nlb-errors.ts';
import { ipv6Off, bindMistake, tupleCollision } from './scenarios/look-alike-logs.ts';
import { serverDown, serverRefuses, scanCrawler, natBandwidth, natIdleTimeout } from './scenarios/look-alike-paths.ts';
import { conntrackFull, lambdaInterface, snatRace, loadGeneratorCapped } from './scenarios/look-alike-hosts.ts';
import { forbidden, knocking } from './scenarios/look-alike-outside.ts';
import { errorBaseline, skipDataGap, busyHealthyNat, deployReconnect } from './scenarios/look-alike-signals.ts';
import { calmFleet } from './scenarios/calm-fleet.ts';
import { calmDay, calmWeek } from './scenarios/calm-day.ts';

/** Every scenario there is; a new one is a file and a line here. */
export const SCENARIOS: readonly Scenario[] = [
  natChurnLongRamp,
  natChurnMediumRamp,
  natChurnShortRamp,
  natBurst,
  natHold,
  natLeak,
  natLeakIdle,
  natGrowth,
  natCapacityShrink,
  natManyNames,
  natScaleOut,
  natObserver,
  natRetryStorm,
  natBulkDecoy,
  natTwoDestinations,
  natUdp,
  natFixFailed,
  natFullSize,
  natManyAddresses,
  natOneOfThree,
  natRegional,
  natRegionalZone,
  natFiftyLeak,
  natThousand,
  natThreeThousand,
  natPressure,
  hostChurnRamp,
  hostChurnBurst,
  hostBindFirst,
  hostLeak,
  hostHold,
  hostNarrowRange,
  hostLoopbackProxy,
  hostWindowsCi,
  hostMesh,
  hostIpv6,
  hostPressure,
  nlbErrors,
  ipv6Off,
  bindMistake,
  tupleCollision,
  serverDown,
  serverRefuses,
  scanCrawler,
  natBandwidth,
  natIdleTimeout,
  conntrackFull,
  lambdaInterface,
  snatRace,
  loadGeneratorCapped,
  errorBaseline,
  skipDataGap,
  busyHealthyNat,
  deployReconnect,
  knocking,
  forbidden,
  calmDay,
  calmWeek,
  calmFleet,
];

export const scenarioNamed = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);
