import { useEffect, useState } from 'preact/hooks';
import type { Change } from '../../shared/core/advise/what-if.ts';
import type { Finding, FindingActions } from '../client/api-client.ts';
import { CAUSE_NAMES, LAYER_NAMES, percentText, wordsOf } from '../logic/figures.ts';
import { readableLine } from '../logic/readable-text.ts';
import { isOver } from '../logic/severity.ts';
import { ActDialog, type Act } from '../parts/act-dialog.tsx';
import { SeverityBadge, StatusBadge } from '../parts/badges.tsx';
import {
  ActionList,
  EvidenceList,
  LineList,
  RecommendationList,
  RuledOutList,
  Samples,
} from '../parts/evidence-lists.tsx';
import { EarlierFindings } from '../parts/earlier-findings.tsx';
import { FindingFacts } from '../parts/finding-facts.tsx';
import { FirstStep } from '../parts/first-step.tsx';
import { LiveView } from '../parts/live-view.tsx';
import { DestinationTable, SourceTable } from '../parts/ranked-tables.tsx';
import { Section } from '../parts/section.tsx';
import { Line } from '../parts/text.tsx';
import { TimelineChart } from '../parts/timeline-chart.tsx';
import { TimelineTable } from '../parts/timeline-readout.tsx';
import { WhatIfPanel } from '../parts/what-if-panel.tsx';
import { client } from '../state/client.ts';
import { useLive } from '../state/live.ts';

/** Everything about one finding, the most urgent first. */
export function FindingView({ id }: { id: string }) {
  const live = useLive(`finding ${id}`, () => client.getFinding(id));
  return <LiveView live={live}>{(finding) => <FindingPage key={id} finding={finding} />}</LiveView>;
}

/** One and the same while there are none: a new one would draw the chart again. */
const NO_ACTIONS: FindingActions['actions'] = [];

function FindingPage({ finding }: { finding: Finding }) {
  const [change, setChange] = useState<Change | null>(null);
  const portsPerAddress = usePortsPerAddress(finding);
  const done = useLive(`actions ${finding.id}`, () => client.listFindingActions(finding.id));
  const actions = done.value.value?.actions ?? NO_ACTIONS;
  useEffect(() => {
    document.title = `${readableLine(finding.title, 80)} · Freeport`;
  }, [finding.title]);
  return (
    <article>
      <p class="row-head">
        <SeverityBadge severity={finding.severity} /> <StatusBadge status={finding.status} />
        <span class="quiet">
          {wordsOf(finding.kind)} · {LAYER_NAMES[finding.layer]} · {percentText(finding.confidence)} sure
        </span>
      </p>
      <h1>
        <Line text={finding.title} />
      </h1>
      <p class="lead">
        {CAUSE_NAMES[finding.cause]} — <Line text={finding.causeReason} limit={600} />
      </p>
      <Acts finding={finding} />
      <FindingFacts finding={finding} />
      {!isOver(finding) && <FirstStep recommendations={finding.recommendations} />}
      <Section title="Timeline">
        <TimelineChart finding={finding} actions={actions} change={change} />
        <TimelineTable timeline={finding.timeline} />
      </Section>
      <Section title="What if">
        <WhatIfPanel finding={finding} portsPerAddress={portsPerAddress} change={change} onChange={setChange} />
      </Section>
      <WhatToDo finding={finding} />
      <Section title="Destinations" isEmpty={finding.destinations.length === 0} empty="No source names one yet.">
        <DestinationTable destinations={finding.destinations} />
      </Section>
      <Section title="Sources" isEmpty={finding.sources.length === 0} empty="No source is known yet.">
        <SourceTable sources={finding.sources} />
      </Section>
      <Section title="What people did" isEmpty={actions.length === 0}>
        <ActionList actions={actions} />
      </Section>
      <Section title="Evidence" isEmpty={finding.evidence.length === 0}>
        <EvidenceList evidence={finding.evidence} />
        <Samples samples={finding.samples} />
      </Section>
      <Section title="What is missing" isEmpty={finding.missingEvidence.length === 0} empty="Nothing.">
        <LineList lines={finding.missingEvidence} />
      </Section>
      <RuledOutSection finding={finding} />
      <Section title="Here before">
        <EarlierFindings finding={finding} />
      </Section>
      <p class="quiet">
        Finding <code>{finding.id}</code>, episode {finding.episode}
      </p>
    </article>
  );
}

/** Of the gateway as it is now; a finding whose gateway is not known has one address, for all that can be told. */
function usePortsPerAddress({ subject, capacityPorts }: Finding): number {
  const live = useLive('nat-gateways', () => client.listNatGateways());
  const gateway = live.value.value?.natGateways.find(({ id }) => id === subject.id);
  if (gateway?.capacityPorts && gateway.addresses > 0) return gateway.capacityPorts / gateway.addresses;
  return capacityPorts ?? PORTS_PER_ADDRESS;
}

/** What AWS documents for a NAT gateway. */
const PORTS_PER_ADDRESS = 55_000;

/** What was said above is not said again. */
function WhatToDo({ finding }: { finding: Finding }) {
  const said = isOver(finding) ? 0 : 1;
  const rest = finding.recommendations.slice(said);
  return (
    <Section title={said === 0 ? 'What to do' : 'What to do then'} isEmpty={rest.length === 0}>
      <RecommendationList recommendations={rest} start={said + 1} />
    </Section>
  );
}

function Acts({ finding }: { finding: Finding }) {
  const [act, setAct] = useState<Act | null>(null);
  if (isOver(finding)) return null;
  return (
    <p class="buttons">
      {(['acknowledge', 'suppress', 'resolve'] as const).map((name) => (
        <button key={name} type="button" data-act={name} onClick={() => setAct(name)}>
          {name.charAt(0).toUpperCase() + name.slice(1)}
        </button>
      ))}
      {act !== null && <ActDialog finding={finding} act={act} onClose={() => setAct(null)} />}
    </p>
  );
}

/** What the last analysis ruled out anywhere; about this finding's subject first. */
function RuledOutSection({ finding }: { finding: Finding }) {
  const live = useLive('ruled-out', () => client.listRuledOut());
  return (
    <Section title="What was ruled out">
      <LiveView live={live}>
        {({ ruledOut }) => {
          const own = ruledOut.filter(({ subject }) => subject === finding.subject.id);
          const others = ruledOut.filter(({ subject }) => subject !== finding.subject.id);
          return ruledOut.length === 0 ? (
            <p class="quiet">The last analysis ruled nothing out.</p>
          ) : (
            <RuledOutList ruledOut={[...own, ...others]} />
          );
        }}
      </LiveView>
    </Section>
  );
}
