import { watchedConnections } from '../../shared/aws/metrics/metric-polls.ts';
import { analyze, type AnalysisResult } from '../../shared/core/analyze.ts';
import { DEFAULT_SETTINGS, settingsSchema, type Settings } from '../../shared/core/model/settings.ts';
import { URGENT_PORTS } from '../../shared/core/detect/tells-of-pressure.ts';
import { rangeSize } from '../../shared/core/model/observation.ts';
import { createRandom } from '../../shared/core/simulate/random.ts';
import { scenarioNamed } from '../../shared/core/simulate/scenarios.ts';
import { simulateTo } from '../../shared/core/simulate/simulate.ts';
import type { TrueIncident, Truth } from '../../shared/core/simulate/truth.ts';
import { createReceiver, inventoryAt, type Arrival } from './arrivals.ts';
import { judgeBaselines, type BaselineOutcome } from './baselines.ts';
import { KINDS_READ, type EvalCase } from './case.ts';
import { createJudge, type ReplayOutcome } from './judge-replay.ts';
import { publishingOf, type Publishing } from './publishing.ts';
import { replayArrivals } from './replay-arrivals.ts';
import { contradictionOf } from './world-check.ts';

export type CaseOutcome = {
  readonly case: EvalCase;
  readonly truth: Truth;
  readonly delayed: ReplayOutcome;
  readonly prompt: ReplayOutcome;
  /** With delays: from sufficient evidence to the notification, as deployed. */
  readonly published: readonly Publishing[];
  readonly baselines: readonly BaselineOutcome[];
  readonly rejectedRecords: number;
  readonly seconds: { readonly simulate: number; readonly analyze: number };
};

/** On time, a minute is final once the next capture window has ended. */
const PROMPT_LATENESS_MINUTES = 2;

/** Plays the world once and replays what arrived twice: with drawn delivery delays, and without. */
export function playCase(one: EvalCase, nowSeconds: () => number): CaseOutcome {
  const scenario = scenarioNamed(one.scenario);
  if (!scenario) throw new Error(`no scenario ${one.scenario}`);
  const began = nowSeconds();
  const random = createRandom(`eval/${one.scenario}/${one.seed}/${one.damage}`);
  const receiver = createReceiver(one.flow.delivery, one.flow.format, null, random);
  const { truth, settings: known } = simulateTo(
    scenario,
    {
      seed: one.seed,
      flow: { ...one.flow, delivery: 's3', objectSeconds: 60 },
      metrics: 'stream',
      logs: 'subscription',
    },
    (delivery) => {
      if (KINDS_READ[one.evidence].includes(delivery.kind)) receiver.receive(delivery);
    },
  );
  const contradiction = contradictionOf(truth);
  if (contradiction !== null) throw new Error(contradiction);
  const simulated = nowSeconds();
  const settings = settingsSchema.parse({ ...DEFAULT_SETTINGS, ...known });
  const delayed = replay(receiver.arrivals, settings, truth, 'delayedMs');
  const published =
    one.damage === 'none' && one.evidence === 'usual'
      ? publishings(receiver.arrivals, settings, truth, delayed, one)
      : [];
  const prompt = replay(
    receiver.arrivals,
    { ...settings, latenessMinutes: PROMPT_LATENESS_MINUTES },
    truth,
    'promptMs',
  );
  return {
    case: one,
    truth,
    delayed,
    published,
    prompt,
    baselines: judgeBaselines(receiver.arrivals, settings, truth),
    rejectedRecords: receiver.rejected(),
    seconds: { simulate: simulated - began, analyze: nowSeconds() - simulated },
  };
}

function evaluateWith(arrivals: readonly Arrival[], settings: Settings) {
  const described = arrivals.filter(({ inventory }) => inventory !== null);
  return (nowMs: number, arrived: readonly Arrival[]): AnalysisResult =>
    analyze({
      parts: arrived.flatMap(({ parts }) => parts),
      inventory: inventoryAt(described, nowMs),
      actions: [],
      episodes: [],
      settings,
      nowMs,
    });
}

function publishings(
  arrivals: readonly Arrival[],
  settings: Settings,
  truth: Truth,
  { incidents }: ReplayOutcome,
  { scenario, seed }: EvalCase,
): Publishing[] {
  const evaluate = evaluateWith(arrivals, settings);
  // These worlds have fewer ports than real ones, and so has what ingest takes for urgent.
  const { natPortsPerAddress, portRange } = settings;
  const scale = Math.min(
    natPortsPerAddress / DEFAULT_SETTINGS.natPortsPerAddress,
    rangeSize(portRange) / rangeSize(DEFAULT_SETTINGS.portRange),
  );
  const urgency = { ports: Math.round(URGENT_PORTS * scale), connections: watchedConnections(settings) };
  return incidents.flatMap(({ warnedAt, exhaustionSaidAt }, index) => {
    const incident = truth.incidents[index] as TrueIncident;
    const of = (stage: Publishing['stage'], saidAt: string | null): Publishing[] => {
      const random = createRandom(`cadence/${scenario}/${seed}/${index}/${stage}`);
      return saidAt === null
        ? []
        : [publishingOf(incident, stage, Date.parse(saidAt), arrivals, evaluate, random, urgency)];
    };
    // What is exhaustion from the first is one notification.
    return warnedAt === exhaustionSaidAt
      ? of('exhausted', exhaustionSaidAt)
      : [...of('warned', warnedAt), ...of('exhausted', exhaustionSaidAt)];
  });
}

function replay(
  arrivals: readonly Arrival[],
  settings: Settings,
  truth: Truth,
  clock: 'promptMs' | 'delayedMs',
): ReplayOutcome {
  const evaluate = evaluateWith(arrivals, settings);
  const judge = createJudge(truth);
  // Over days the delays are what could mislead; on time, the end shows whatever was raised.
  const looks = clock === 'promptMs' && truth.verdict === 'calm' ? 'at-the-end' : 'on-the-way';
  return judge.outcome(arrivals, clock, replayArrivals(arrivals, truth, clock, evaluate, judge, looks));
}
