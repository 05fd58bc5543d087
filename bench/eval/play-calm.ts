import { settings as deployed } from '../../cdk/settings.ts';
import { mergeInventory, type InventoryFragment } from '../../shared/core/model/inventory.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { settingsSchema, type Settings } from '../../shared/core/model/settings.ts';
import { MINUTE_MS } from '../../shared/core/model/time.ts';
import type { Notification } from '../../shared/core/notify/notification.ts';
import { createRandom } from '../../shared/core/simulate/random.ts';
import { scenarioNamed } from '../../shared/core/simulate/scenarios.ts';
import { settingsOf, simulateByMinute } from '../../shared/core/simulate/simulate.ts';
import type { Truth } from '../../shared/core/simulate/truth.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import type { PartStore } from '../../shared/ports.ts';
import { runAnalysis, type RunAnalysisServices } from '../../shared/run-analysis.ts';
import { createReceiver, type Arrival } from './arrivals.ts';
import { CALM_SCENARIO, type CalmCase } from './calm-case.ts';
import { isExplained } from './explain.ts';
import { contradictionOf } from './world-check.ts';

export type CalmOutcome = {
  readonly case: CalmCase;
  readonly natWeeks: number;
  readonly looks: number;
  /** Everything that was sent and that nothing true explains, in order of time. */
  readonly sent: readonly CalmNotification[];
  readonly seconds: number;
};

export type CalmNotification = {
  readonly at: string;
  readonly transition: Notification['transition'];
  readonly kind: string;
  readonly severity: string;
  readonly title: string;
  readonly hasForecast: boolean;
};

/**
 * As often as is affordable: every minute of data is looked at three times, at different ages, each time with flow logs
 * that are still on their way. (The deployment looks every few minutes.)
 */
const LOOK_EVERY_MINUTES = 40;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

/** Plays the weeks and runs what is deployed, store and outbox included, again and again with what had arrived by then. */
export async function playCalm(one: CalmCase, nowSeconds: () => number): Promise<CalmOutcome> {
  const scenario = scenarioNamed(CALM_SCENARIO);
  if (!scenario) throw new Error(`no scenario ${CALM_SCENARIO}`);
  const began = nowSeconds();
  const receiver = createReceiver(one.flow.delivery, one.flow.format, null, createRandom(`calm/${one.seed}`));
  const play = simulateByMinute(
    scenario,
    { seed: one.seed, flow: { ...one.flow, delivery: 's3' }, metrics: 'stream', logs: 'subscription' },
    receiver.receive,
  );
  const settings = settingsSchema.parse(settingsOf(scenario, one.seed));
  const watch = createWatch(receiver.arrivals, settings);
  let step = play.next();
  for (let minutes = 0; !step.done; minutes += 1) {
    if (minutes % LOOK_EVERY_MINUTES === 0) await watch.look(step.value);
    step = play.next();
  }
  const { truth } = step.value;
  const contradiction = contradictionOf(truth);
  if (contradiction !== null) throw new Error(contradiction);
  watch.close();
  return {
    case: one,
    natWeeks: (watch.gateways() * (Date.parse(truth.to) - Date.parse(truth.from))) / WEEK_MS,
    looks: watch.looks(),
    sent: watch.sent.filter((each) => isFalse(each, truth)).map(({ atMs, notification }) => told(atMs, notification)),
    seconds: nowSeconds() - began,
  };
}

type Sent = { readonly atMs: number; readonly notification: Notification };

/** What ends a trouble tells of nothing new. */
const isFalse = ({ atMs, notification: { transition, finding } }: Sent, truth: Truth): boolean =>
  transition !== 'resolved' && transition !== 'withdrawn' && !isExplained(finding, truth, atMs);

const told = (atMs: number, { transition, finding }: Notification): CalmNotification => ({
  at: new Date(atMs).toISOString(),
  transition,
  kind: finding.kind,
  severity: finding.severity,
  title: finding.title,
  hasForecast: finding.etaAt !== null,
});

/** The deployed analysis over what has arrived; what nobody will look at again is let go. */
function createWatch(arrivals: Arrival[], settings: Settings) {
  const store = openStore(':memory:');
  const sent: Sent[] = [];
  const described = new Map<string, InventoryFragment>();
  let looks = 0;
  let nowMs = 0;
  const services: RunAnalysisServices = {
    parts: partsUpTo(arrivals, () => nowMs),
    findings: store.findings,
    inventory: { get: async () => mergeInventory(...described.values()), put: async () => undefined },
    publisher: { publish: async (notification) => void sent.push({ atMs: nowMs, notification }) },
    clock: { nowMs: () => nowMs },
    settings,
    horizonMinutes: deployed.analysis.horizonMinutes,
  };
  return {
    sent,
    looks: () => looks,
    gateways: () => mergeInventory(...described.values()).natGateways.length,
    close: () => store.close(),
    async look(atMs: number): Promise<void> {
      looks += 1;
      nowMs = atMs;
      const oldestMs = atMs - (deployed.analysis.horizonMinutes + KEPT_MINUTES) * MINUTE_MS;
      for (const { inventory } of arrivals)
        for (const [key, value] of Object.entries(inventory ?? {}))
          if (value.length > 0) described.set(key, { [key]: value });
      const kept = arrivals.filter(({ promptMs }) => promptMs > oldestMs);
      arrivals.splice(0, arrivals.length, ...kept);
      await runAnalysis(services);
    },
  };
}

/** An object that ends after the horizon may begin before it. */
const KEPT_MINUTES = 15;

const partsUpTo = (arrivals: readonly Arrival[], nowMs: () => number): PartStore => ({
  put: async () => undefined,
  extent: async () => null,
  async load({ from, to }): Promise<Part[]> {
    return arrivals
      .filter(({ delayedMs }) => delayedMs <= nowMs())
      .flatMap(({ parts }) => parts)
      .filter(({ observations }) => observations.some(({ minute }) => minute >= from && minute <= to));
  },
});
