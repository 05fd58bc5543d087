import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { settings as defaults } from '../../cdk/settings.ts';
import { deploy, startServices, type Deployment } from './deployment.ts';
import { PLAIN_DELIVERY } from './event-sources.ts';
import { failForLong, killBefore, NONE, slowDown, throttleOnce } from './fault-kinds.ts';
import { openInbox } from './inbox.ts';
import { BATCHES, createIncidentRun, type IncidentResult, type IncidentRun } from './incident-run.ts';
import { analyseOnOneMachine, analysisTime, recordedSettings } from './recorded.ts';
import type { SdkCall } from './sdk-call.ts';
import { synthesise } from './synthesise.ts';

let deployment: Deployment;
let incident: IncidentRun;
let clean: IncidentResult;

beforeAll(async () => {
  const overrides = recordedSettings();
  const assembly = await synthesise({ ...defaults, analysis: { ...defaults.analysis, overrides } });
  deployment = await deploy(assembly, await startServices());
  const email = await openInbox(deployment, 'Publishing/Email');
  incident = createIncidentRun(deployment, analysisTime(analyseOnOneMachine()), email);
  clean = await incident.run();
  if (clean.findings.length === 0 || clean.told.length === 0) throw new Error('the clean run finds and tells nothing');
});
afterAll(() => deployment?.stop());
beforeEach(() => incident.reset());

/** Calls of one function, in the order in which they were made. */
const callsOf = (functionId: string): SdkCall[] =>
  deployment.gateway.calls.filter(({ caller }) => caller === functionId);

/** Lets the next call of an operation wait; the returned function resolves once one does. */
function holdOnce(wanted: string, milliseconds: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let held = false;
  deployment.gateway.faultOf = ({ operation }) => {
    if (held || operation !== wanted) return NONE;
    held = true;
    resolve();
    return { kind: 'delay', milliseconds };
  };
  return () => promise;
}

/** A repeat is one notification told twice; more of it than that, or a loss, is a mistake. */
function expectSameBut(result: IncidentResult, repeatsAllowed: boolean): void {
  expect(result.findings).toEqual(clean.findings);
  expect([...new Set(result.told)]).toEqual(clean.told);
  const times = Map.groupBy(result.told, (id) => id);
  for (const [id, told] of times) expect(told.length, id).toBeLessThanOrEqual(repeatsAllowed ? 2 : 1);
}

describe.each(['FlowLogs/Ingest', 'AppLogs/Ingest', 'Analysis/Analyze', 'Publishing/Publish'])(
  '%s, killed between any two of its calls',
  (path) => {
    it('loses nothing, and comes to the same', { timeout: 600_000 }, async () => {
      const functionId = deployment.functionOf(path);
      await incident.run();
      const calls = callsOf(functionId).map(({ operation }) => operation);
      expect(calls.length).toBeGreaterThan(2);
      let repeats = 0;
      for (let at = 0; at < calls.length; at += 1) {
        await incident.reset();
        const wasKilled = killBefore(deployment, functionId, at);
        const result = await incident.run();
        expect(wasKilled(), `call ${at} of ${calls.length}`).toBe(true);
        // Only between the delivery and its record can a notification be told twice.
        const delivered = path === 'Publishing/Publish' && calls.slice(0, at).includes('sns:Publish');
        expectSameBut(result, delivered);
        repeats += result.told.length - clean.told.length;
      }
      console.log(`${path}: killed before each of ${calls.length} calls; ${repeats} notifications repeated in all`);
    });
  },
);

describe('deliveries', () => {
  it('twice, and out of order, change nothing', async () => {
    const result = await incident.run({ twice: true, shuffle: (messages) => messages.toReversed() });
    expectSameBut(result, false);
  });

  it('of logs after the first analysis enrich the finding to the same', async () => {
    const { steps } = incident;
    await steps.appLogs(PLAIN_DELIVERY);
    await steps.analysis();
    await steps.flowLogs(PLAIN_DELIVERY);
    await steps.analysis();
    await steps.publishing();
    const result = await incident.result();
    const onTime = clean.findings.filter(({ kind }) => kind === 'nat-port-exhaustion');
    expect(result.findings.filter(({ kind }) => kind === 'nat-port-exhaustion')).toEqual(onTime);
  });
});

describe('services', () => {
  it('that throttle each operation once change nothing', async () => {
    const throttled = throttleOnce(deployment);
    expectSameBut(await incident.run(), false);
    expect(throttled.size).toBeGreaterThan(10);
  });

  it('that are slow change nothing', async () => {
    slowDown(deployment);
    expectSameBut(await incident.run(), false);
  });

  it('that fail for longer than a function tries lose nothing', async () => {
    failForLong(deployment, ['sns:Publish']);
    expectSameBut(await incident.run(), false);
  });
});

describe('a payload that failed every attempt', () => {
  it('waits in a queue and is read from there', async () => {
    const id = deployment.functionOf('AppLogs/Ingest');
    let failures = 0;
    deployment.gateway.faultOf = ({ caller, operation }) => {
      if (caller !== id || operation !== 's3:PutObject' || failures >= 12) return NONE;
      failures += 1;
      return { kind: 'refuse', status: 500, code: 'InternalError' };
    };
    await incident.steps.flowLogs(PLAIN_DELIVERY);
    for (const data of BATCHES) await deployment.invokeAsync(id, { awslogs: { data } });
    await deployment.settle();
    expect(failures).toBe(12);
    await incident.steps.analysis();
    await incident.steps.publishing();
    expectSameBut(await incident.result(), false);
  });
});

describe('two analysers at once', () => {
  it('are one run and one more, and tell once', async () => {
    await incident.steps.flowLogs(PLAIN_DELIVERY);
    await incident.steps.appLogs(PLAIN_DELIVERY);
    const id = deployment.functionOf('Analysis/Analyze');
    const second = await deployment.secondHost(id);
    const event = { scheduledTime: analysisTimeOf() };
    const before = deployment.host(id).output.filter((line) => line.includes('"message":"analysed"')).length;
    const held = holdOnce('s3:GetObject', 3_000);
    const first = deployment.invoke(id, event);
    await held();
    expect(await second.invoke(event)).toMatchObject({ value: { kind: 'busy' } });
    expect(await first).toMatchObject({ value: { kind: 'analysed' } });
    const runs = deployment.host(id).output.filter((line) => line.includes('"message":"analysed"')).length;
    // The one who was asked meanwhile runs once more.
    expect(runs - before).toBe(2);
    await incident.steps.publishing();
    expectSameBut(await incident.result(), false);
  });

  it('let the one that was taken for dead lose cleanly', async () => {
    await incident.steps.flowLogs(PLAIN_DELIVERY);
    await incident.steps.appLogs(PLAIN_DELIVERY);
    const id = deployment.functionOf('Analysis/Analyze');
    const second = await deployment.secondHost(id);
    const event = { scheduledTime: analysisTimeOf() };
    // The first stops for a while just before it writes; its lease runs out meanwhile, and another comes first.
    const held = holdOnce('dynamodb:TransactWriteItems', 5_000);
    const first = deployment.invoke(id, event);
    await held();
    await incident.passTime();
    const heir = await second.invoke(event);
    expect(heir).toMatchObject({ kind: 'returned', value: { kind: 'analysed' } });
    expect(await first).toMatchObject({ kind: 'returned' });
    expect(deployment.host(id).output.some((line) => line.includes('another analyser took over'))).toBe(true);
    await incident.steps.publishing();
    expectSameBut(await incident.result(), false);
  });
});

let scheduled = '';
const analysisTimeOf = (): string => (scheduled ||= analysisTime(analyseOnOneMachine()));
