import { createRandom } from '../../shared/core/simulate/random.ts';
import type { BaselineName } from './baselines.ts';
import type { IncidentOutcome, ReplayOutcome } from './judge-replay.ts';
import type { CaseOutcome } from './play-case.ts';
import { medianOf, quantile, shareOf, type Share } from './statistics.ts';

export type Mode = 'delayed' | 'prompt';

export const MODES: readonly Mode[] = ['delayed', 'prompt'];

/** Leads in minutes: median with its interval, the tenth percentile, and the share of warnings before the failure. */
export type LeadSummary = {
  readonly median: { readonly median: number; readonly low: number; readonly high: number } | null;
  readonly p10: number | null;
  readonly early: Share;
  /** The same share for whoever knows the truth as soon as the records arrive. */
  readonly oracleEarly: Share;
};

export type IncidentSummary = {
  readonly incidents: number;
  readonly found: Share;
  readonly lead: LeadSummary;
  /** Minutes from the first failed connection until a finding said exhaustion. */
  readonly saidAfterFailure: number | null;
  readonly warnedAfterOnset: number | null;
  readonly destination: Share;
  readonly source: Share;
  readonly layer: Share;
  readonly cause: Share;
  readonly etaCoverage: Share;
  readonly etaErrorMinutes: number | null;
  readonly etaWidthMinutes: number | null;
};

export const incidentsOf = (outcomes: readonly CaseOutcome[], mode: Mode): IncidentOutcome[] =>
  outcomes.flatMap((outcome) => outcome[mode].incidents);

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

const shareTrue = (values: readonly (boolean | null)[]): Share => {
  const told = values.filter((value) => value !== null);
  return shareOf(told.filter(Boolean).length, told.length);
};

export function summariseIncidents(incidents: readonly IncidentOutcome[], label: string): IncidentSummary {
  const random = createRandom(`bootstrap/${label}`);
  // Each ramp counts once in the coverage, however often its time of exhaustion was said.
  const etas = incidents.filter(({ eta }) => eta.said > 0);
  return {
    incidents: incidents.length,
    found: shareTrue(incidents.map(({ found }) => found)),
    lead: summariseLeads(incidents, random),
    saidAfterFailure: quantile(known(incidents.map((each) => each.exhaustionSaidAfterFailureMinutes)), 0.5),
    warnedAfterOnset: quantile(known(incidents.map((each) => each.warnedAfterOnsetMinutes)), 0.5),
    destination: shareTrue(incidents.map((each) => each.destinationRight)),
    source: shareTrue(incidents.map((each) => each.sourceRight)),
    layer: shareTrue(incidents.map((each) => each.layerRight)),
    cause: shareTrue(incidents.map((each) => each.causeRight)),
    etaCoverage: shareOf(
      etas.reduce((sum, { eta }) => sum + eta.covering / eta.said, 0),
      etas.length,
    ),
    etaErrorMinutes: quantile(
      etas.map(({ eta }) => quantile(eta.absoluteErrorsMinutes, 0.5) ?? 0),
      0.5,
    ),
    etaWidthMinutes: quantile(
      etas.map(({ eta }) => quantile(eta.widthsMinutes, 0.5) ?? 0),
      0.5,
    ),
  };
}

function summariseLeads(incidents: readonly IncidentOutcome[], random: ReturnType<typeof createRandom>): LeadSummary {
  const failing = incidents.filter(({ rampMinutes }) => rampMinutes !== null);
  const leads = known(failing.map(({ leadMinutes }) => leadMinutes));
  return {
    median: medianOf(leads, random),
    p10: quantile(leads, 0.1),
    early: shareOf(leads.filter((lead) => lead > 0).length, failing.length),
    oracleEarly: shareOf(
      failing.filter(({ oracleLeadMinutes }) => (oracleLeadMinutes ?? -1) > 0).length,
      failing.length,
    ),
  };
}

/** Findings at the end of each replay: how many of them are about something true. */
export function precisionOf(outcomes: readonly CaseOutcome[], mode: Mode): Share {
  const right = outcomes.reduce((sum, outcome) => sum + outcome[mode].trueFindings, 0);
  const wrong = outcomes.reduce((sum, outcome) => sum + outcome[mode].falseFindings.length, 0);
  return shareOf(right, right + wrong);
}

/** A look-alike is rejected when nothing ever paged and, where a reason can be given, one of the right ones was. */
export function rejected(outcome: CaseOutcome, mode: Mode): { readonly quiet: boolean; readonly reasoned: boolean } {
  const replay: ReplayOutcome = outcome[mode];
  const { ruledOut } = outcome.truth;
  return {
    quiet: replay.falsePages.length === 0 && replay.falseFindings.length === 0,
    reasoned: ruledOut.length === 0 || replay.ruledOut.some((kind) => ruledOut.includes(kind)),
  };
}

export type BaselineSummary = {
  readonly name: BaselineName;
  readonly detected: Share;
  readonly early: Share;
  readonly medianLead: number | null;
  readonly destination: Share;
  readonly source: Share;
  /** Alarms in worlds without an incident. */
  readonly falseAlarms: number;
};

export function summariseBaseline(outcomes: readonly CaseOutcome[], name: BaselineName): BaselineSummary {
  const rows = outcomes.map((outcome) => ({
    outcome,
    baseline: outcome.baselines.find((each) => each.name === name),
  }));
  const withIncident = rows.filter(({ outcome }) =>
    outcome.truth.incidents.some(({ firstFailureAt }) => firstFailureAt !== null),
  );
  const leads = known(withIncident.map(({ baseline }) => baseline?.leadMinutes ?? null));
  return {
    name,
    detected: shareTrue(withIncident.map(({ baseline }) => baseline?.detected === true)),
    early: shareOf(leads.filter((lead) => lead > 0).length, withIncident.length),
    medianLead: quantile(leads, 0.5),
    destination: shareTrue(withIncident.map(({ baseline }) => baseline?.destinationRight ?? false)),
    source: shareTrue(withIncident.map(({ baseline }) => baseline?.sourceRight ?? false)),
    falseAlarms: rows.reduce((sum, { baseline }) => sum + (baseline?.falseAlarms ?? 0), 0),
  };
}
