import type { Scenario } from './scenario.ts';
import { calmDay, calmWeek } from './scenarios/calm-day.ts';
import { hostBindFirst } from './scenarios/host-bind-first.ts';
import { hostChurnBurst, hostChurnRamp } from './scenarios/host-churn.ts';
import { ipv6Off } from './scenarios/ipv6-off.ts';
import { natCapacityShrink } from './scenarios/nat-capacity-shrink.ts';
import { natChurnLongRamp, natChurnMediumRamp, natChurnShortRamp } from './scenarios/nat-churn-ramp.ts';
import { natHold } from './scenarios/nat-hold.ts';
import { natLeak } from './scenarios/nat-leak.ts';
import { serverDown } from './scenarios/server-down.ts';

/** Every scenario there is; a new one is a file and a line here. */
export const SCENARIOS: readonly Scenario[] = [
  natChurnLongRamp,
  natChurnMediumRamp,
  natChurnShortRamp,
  natHold,
  natLeak,
  natCapacityShrink,
  hostChurnRamp,
  hostChurnBurst,
  hostBindFirst,
  ipv6Off,
  serverDown,
  calmDay,
  calmWeek,
];

export const scenarioNamed = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);
