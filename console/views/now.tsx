import type { Finding, Health, NatGatewayPage } from '../client/api-client.ts';
import { client } from '../state/client.ts';
import { byUrgency, SEVERITIES } from '../logic/severity.ts';
import { useLive } from '../state/live.ts';
import { FindingRow } from '../parts/finding-row.tsx';
import { GatewayHeadroom } from '../parts/gateway-headroom.tsx';
import { HeatLegend } from '../parts/heat-strip.tsx';
import { Empty, LiveView } from '../parts/live-view.tsx';
import { SignalTable } from '../parts/signal-table.tsx';
import { Ago } from '../parts/time.tsx';

const LIST_LIMIT = 100;
const OVER_LIMIT = 3;

type Current = {
  readonly active: readonly Finding[];
  readonly quiet: readonly Finding[];
  readonly isMore: boolean;
  readonly over: readonly Finding[];
};

let before: { readonly pages: readonly unknown[]; readonly current: Current } | null = null;

/** Findings that are not over, and the last that are. The same four answers give the same object, so that nothing is drawn again. */
async function currentFindings(): Promise<Current> {
  const pages = await Promise.all([
    client.listFindings({ status: 'open', limit: LIST_LIMIT }),
    client.listFindings({ status: 'acknowledged', limit: LIST_LIMIT }),
    client.listFindings({ status: 'suppressed', limit: LIST_LIMIT }),
    client.listFindings({ status: 'resolved', limit: OVER_LIMIT }),
  ]);
  if (before?.pages.every((page, index) => page === pages[index])) return before.current;
  const [open = [], acknowledged = [], suppressed = [], over = []] = pages.map(({ findings }) => findings);
  const current = {
    active: [...open, ...acknowledged].sort(byUrgency),
    quiet: [...suppressed].sort(byUrgency),
    over,
    isMore: pages.slice(0, 3).some(({ nextCursor }) => nextCursor !== null),
  };
  before = { pages, current };
  return current;
}

/** What is wrong now, how much room is left, and whether Freeport hears enough to tell. */
export function NowView() {
  const current = useLive('now', currentFindings);
  const gateways = useLive('nat-gateways', () => client.listNatGateways());
  const health = useLive('health', () => client.getHealth());
  return (
    <>
      <h1>Now</h1>
      <LiveView live={current}>{(value) => <CurrentFindings current={value} />}</LiveView>
      <section aria-labelledby="headroom">
        <h2 id="headroom">Room left at each NAT gateway</h2>
        <LiveView live={gateways}>{(page) => <Gateways page={page} />}</LiveView>
      </section>
      <section aria-labelledby="signals">
        <h2 id="signals">Signals</h2>
        <LiveView live={health}>{(value) => <Signals health={value} />}</LiveView>
      </section>
    </>
  );
}

function CurrentFindings({ current: { active, quiet, isMore, over } }: { current: Current }) {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = active.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return (
    <>
      {counts.length === 0 ? <NothingWrong /> : <p class="lead">{counts.join(', ')}.</p>}
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

const NothingWrong = () => (
  <Empty>
    <p>
      <strong>No open findings.</strong>
    </p>
    <p>
      To look at more logs, run <code>freeport analyze PATH… --store FILE</code> with the store served here; what was
      found before is in the <a href="#/history">history</a>.
    </p>
  </Empty>
);

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
      {page.analysedAt && (
        <p class="quiet">
          From the analysis <Ago at={page.analysedAt} />.
        </p>
      )}
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
  return <SignalTable signals={health.signals} />;
}
