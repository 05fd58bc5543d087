import { useEffect } from 'preact/hooks';
import type { Health, NatGatewayPage } from '../client/api-client.ts';
import { client } from '../state/client.ts';
import { SEVERITIES } from '../logic/severity.ts';
import { currentFindings, type Current } from '../state/current-findings.ts';
import { useLive } from '../state/live.ts';
import { FindingRow } from '../parts/finding-row.tsx';
import { GatewayHeadroom } from '../parts/gateway-headroom.tsx';
import { HealthLine } from '../parts/health-line.tsx';
import { HeatLegend } from '../parts/heat-strip.tsx';
import { Empty, LiveView } from '../parts/live-view.tsx';
import { LogGroupTable } from '../parts/log-group-table.tsx';
import { SignalTable } from '../parts/signal-table.tsx';

/** What is wrong now, how much room is left, and whether Freeport hears enough to tell. */
export function NowView() {
  const current = useLive('now', currentFindings);
  const gateways = useLive('nat-gateways', () => client.listNatGateways());
  const health = useLive('health', () => client.getHealth());
  return (
    <>
      <h1>Now</h1>
      {health.value.value !== null && <HealthLine health={health.value.value} />}
      <LiveView live={current}>{(value) => <CurrentFindings current={value} health={health.value.value} />}</LiveView>
      <section aria-labelledby="headroom">
        <h2 id="headroom">Room left at each NAT gateway</h2>
        <LiveView live={gateways} isSecond>
          {(page) => <Gateways page={page} />}
        </LiveView>
      </section>
      <section aria-labelledby="signals">
        <h2 id="signals">Signals</h2>
        <LiveView live={health} isSecond>
          {(value) => <Signals health={value} />}
        </LiveView>
      </section>
    </>
  );
}

function CurrentFindings({ current, health }: { current: Current; health: Health | null }) {
  const { active, quiet, isMore, over } = current;
  const counts = SEVERITIES.flatMap((severity) => {
    const count = active.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  useEffect(() => {
    document.title = active.length === 0 ? 'Freeport' : `(${active.length}) Freeport`;
  }, [active.length]);
  return (
    <>
      {counts.length === 0 ? <NothingOpen health={health} /> : <p class="lead">{counts.join(', ')}.</p>}
      {active.map((finding) => (
        <FindingRow key={finding.id} finding={finding} />
      ))}
      {quiet.length > 0 && (
        <details>
          <summary>{quiet.length} suppressed</summary>
          {quiet.map((finding) => (
            <FindingRow key={finding.id} finding={finding} />
          ))}
        </details>
      )}
      {over.length > 0 && (
        <details open={active.length === 0}>
          <summary>Over: the last {over.length}</summary>
          {over.map((finding) => (
            <FindingRow key={finding.id} finding={finding} />
          ))}
        </details>
      )}
      {isMore && (
        <p>
          There are more: <a href="#/history?status=open">see them all in the history</a>.
        </p>
      )}
    </>
  );
}

/** No findings is good news only where something was looked at. */
function NothingOpen({ health }: { health: Health | null }) {
  if (health === null) return null;
  const isBlind = health.status === 'unknown';
  return (
    <Empty>
      <p>
        <strong>
          {isBlind ? 'Nothing has been analysed yet.' : 'No open findings'}
          {!isBlind && (health.status === 'ok' ? '.' : ', as far as Freeport was told.')}
        </strong>
      </p>
      <p hidden={health.logGroups !== null}>
        To look at {isBlind ? '' : 'more '}logs, run <code>freeport analyze PATH… --store FILE</code> with the store
        served here{isBlind ? '.' : '; what was found before is in the '}
        {!isBlind && <a href="#/history">history</a>}
        {!isBlind && '.'}
      </p>
    </Empty>
  );
}

function Gateways({ page }: { page: NatGatewayPage }) {
  if (page.natGateways.length === 0)
    return (
      <Empty>
        <p>
          No NAT gateway is known yet. Give <code>freeport analyze</code> the output of{' '}
          <code>aws ec2 describe-nat-gateways</code> together with the flow logs of their interfaces.
        </p>
      </Empty>
    );
  return (
    <>
      <HeatLegend />
      {page.natGateways.map((gateway) => (
        <GatewayHeadroom key={gateway.id} gateway={gateway} />
      ))}
    </>
  );
}

function Signals({ health }: { health: Health }) {
  if (health.signals.length === 0)
    return (
      <Empty>
        <p>
          No analysis has said yet which signals arrive. Run <code>freeport analyze</code> with this store.
        </p>
      </Empty>
    );
  return (
    <>
      {health.logGroups !== null && <LogGroupTable logGroups={health.logGroups} />}
      <SignalTable signals={health.signals} />
      {health.signals.some(({ state }) => state === 'quiet') && (
        <p class="quiet">
          Quiet: of logs only lines about failed connections are kept, so a healthy one is silent. That alone does not
          prove that it is heard.
        </p>
      )}
    </>
  );
}
