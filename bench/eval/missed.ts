import type { TrueIncident } from '../../shared/core/simulate/truth.ts';
import { canTell, reproduction, type Evidence } from './case.ts';
import type { IncidentOutcome } from './judge-replay.ts';
import { minutesText } from './markdown.ts';
import type { CaseOutcome } from './play-case.ts';
import { RAMP_MINUTES, SHORT_RAMP_MINUTES } from './ramps.ts';
import { MODES, rejected, type Mode } from './summary.ts';
import { whyMissed } from './why-missed.ts';

/** What was missed, why as far as the figures tell, and the command that shows it. */
export function missed(outcomes: readonly CaseOutcome[]): string[] {
  const lines = outcomes.flatMap((outcome) => {
    const failures = failuresOf(outcome).map((failure) => `${failure} (${whyMissed(outcome, failure)})`);
    return failures.length === 0 ? [] : [`- \`${reproduction(outcome.case)}\`: ${failures.join('; ')}`];
  });
  return ['## What is missed', '', ...(lines.length === 0 ? ['Nothing.'] : lines.sort()), '', ...ETA_NOTE, ''];
}

/** What the table of targets cannot say of itself. */
const ETA_NOTE = [
  'The time of exhaustion is said as an interval by what the slopes may be of the last quarter of an hour and of its newer',
  'half, for rises bend. Where coverage is above 95 % it is wider than it need be in these worlds.',
];

const WHEN: Readonly<Record<Mode, string>> = { delayed: 'with delays', prompt: 'without delays' };

/** What went wrong in one world, in words: once for both replays where both say the same. */
export function failuresOf(outcome: CaseOutcome): string[] {
  const [delayed, prompt] = MODES.map((mode) => new Set(failuresIn(outcome, mode))) as [Set<string>, Set<string>];
  return [
    ...[...delayed].filter((failure) => prompt.has(failure)),
    ...[...delayed].filter((failure) => !prompt.has(failure)).map((failure) => `${WHEN.delayed}: ${failure}`),
    ...[...prompt].filter((failure) => !delayed.has(failure)).map((failure) => `${WHEN.prompt}: ${failure}`),
  ];
}

function failuresIn(outcome: CaseOutcome, mode: Mode): string[] {
  const { truth } = outcome;
  const replay = outcome[mode];
  const { evidence } = outcome.case;
  const found = replay.incidents.flatMap((incident, index) => {
    const label = truth.incidents[index] as TrueIncident;
    return canTell(evidence, label.layer) ? failuresAbout(incident, label, mode, evidence) : [];
  });
  const pages = new Set(replay.falsePages);
  found.push(...replay.falsePages.map((page) => `false page: ${page}`));
  found.push(...replay.falseFindings.filter((each) => !pages.has(each)).map((each) => `false finding: ${each}`));
  if (truth.verdict === 'look-alike' && !rejected(outcome, mode).reasoned)
    found.push(`ruled out ${replay.ruledOut.join(', ') || 'nothing'} instead of ${truth.ruledOut.join(' or ')}`);
  return found;
}

/** Leads only where the ramp left time for one and everything was there to be read; names only where it has names. */
function failuresAbout(incident: IncidentOutcome, { hidden }: TrueIncident, mode: Mode, evidence: Evidence): string[] {
  const { found, finalKind, rampMinutes, leadMinutes, oracleLeadMinutes, openedEarly, datedEarlyMinutes } = incident;
  const ramp = rampMinutes ?? 0;
  const mayLead =
    evidence === 'usual' && rampMinutes !== null && ramp >= (mode === 'prompt' ? SHORT_RAMP_MINUTES : RAMP_MINUTES);
  const lines: string[] = [];
  if (!found) lines.push(`not found (${finalKind ?? 'no finding'})`);
  if (openedEarly) lines.push('a finding before the onset');
  else if (datedEarlyMinutes > 0) lines.push(`dated ${datedEarlyMinutes.toFixed(0)} min before the onset`);
  if (mayLead && (leadMinutes ?? -1) <= 0)
    lines.push(
      `no lead (${minutesText(leadMinutes)} min of a ramp of ${ramp.toFixed(0)}; oracle ${minutesText(oracleLeadMinutes)})`,
    );
  if (evidence === 'metrics' || evidence === 'logs') return lines;
  if (incident.destinationRight === false && !hidden.includes('destination'))
    lines.push(`destination ${incident.saidDestination ?? 'none'}`);
  if (incident.sourceRight === false) lines.push(`source ${incident.saidSource ?? 'none'}`);
  if (finalKind !== null && incident.layerRight === false) lines.push('wrong layer');
  if (finalKind !== null && incident.causeRight === false) lines.push(`cause ${incident.saidCause}`);
  return lines;
}
