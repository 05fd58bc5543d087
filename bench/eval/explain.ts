import type { Finding } from '../../shared/core/finding/schema.ts';
import type { TrueIncident, TruePressure, Truth } from '../../shared/core/simulate/truth.ts';

/**
 * Which findings are true. `shownMs` is when a finding was first shown to whoever looks: what it says of its own
 * beginning is another matter.
 */
export function isExplained(finding: Finding, truth: Truth, shownMs: number): boolean {
  if (truth.incidents.some((incident) => isAbout(finding, incident) && isInTime(incident, shownMs))) return true;
  if (truth.pressed.some((pressure) => isPressedThen(finding, pressure, shownMs))) return true;
  return isAlsoTrue(finding, truth, shownMs);
}

const MINUTE_MS = 60_000;
const AFTERMATH_MS = 60 * MINUTE_MS;

const isInTime = ({ onsetAt, endAt }: TrueIncident, shownMs: number): boolean =>
  shownMs >= Date.parse(onsetAt) - MINUTE_MS && shownMs <= Date.parse(endAt) + AFTERMATH_MS;

/** Further truths of a world are true while its incident goes on; where there is none, whenever they are said. */
function isAlsoTrue({ kind }: Finding, { alsoTrue, incidents }: Truth, shownMs: number): boolean {
  if (!alsoTrue.includes(kind)) return false;
  return incidents.length === 0 || incidents.some((incident) => isInTime(incident, shownMs));
}

/** Pressure and exhaustion of one subject are one story told at different stages. */
const STAGES: Readonly<Record<string, readonly string[]>> = {
  'nat-port-exhaustion': ['nat-port-exhaustion', 'nat-port-pressure'],
  'nat-port-pressure': ['nat-port-pressure'],
  'host-port-exhaustion': ['host-port-exhaustion', 'host-port-pressure'],
  'host-port-pressure': ['host-port-pressure'],
  'nlb-port-exhaustion': ['nlb-port-exhaustion'],
};

export function isAbout(finding: Finding, incident: TrueIncident): boolean {
  if (!(STAGES[incident.kind] ?? [incident.kind]).includes(finding.kind)) return false;
  if (isOf(finding, incident.subject.id)) return true;
  // A host found by its log alone is known by its log source; the address stands among the sources once it is joined.
  return finding.layer === 'host' && incident.layer === 'host' && (isByLog(finding) || namesSource(finding, incident));
}

const isOf = ({ subject, resource }: Finding, id: string): boolean => subject.id === id || resource?.id === id;

const isByLog = ({ subject }: Finding): boolean => subject.type === 'log-source';

const namesSource = ({ sources }: Finding, incident: TrueIncident): boolean =>
  sources.some(({ address }) => address === incident.subject.id);

/** A forecast may be shown as long before as forecasts reach, a late log may tell of it as long after as logs are late. */
const FORECAST_MS = 45 * MINUTE_MS;
const LATE_MS = 30 * MINUTE_MS;
const CRITICAL = 0.9;

/**
 * A pressure that no label foresaw and that was measured all the same: its holder's ports were three quarters in use.
 * A finding of high severity needs nine tenths.
 */
function isPressedThen(finding: Finding, { layer, subject, windows }: TruePressure, shownMs: number): boolean {
  if (finding.kind !== `${layer}-port-pressure` || !isOf(finding, subject.id)) return false;
  const needed = finding.severity === 'critical' || finding.severity === 'high' ? CRITICAL : 0;
  return windows.some(
    ({ from, to, peak }) =>
      peak >= needed && shownMs >= Date.parse(from) - FORECAST_MS && shownMs <= Date.parse(to) + LATE_MS,
  );
}
