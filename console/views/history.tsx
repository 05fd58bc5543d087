import { useState } from 'preact/hooks';
import type { Finding, FindingPage } from '../client/api-client.ts';
import { LAYER_NAMES } from '../logic/figures.ts';
import { listHash, type Filters } from '../logic/route.ts';
import { SEVERITIES } from '../logic/severity.ts';
import { FilterForm, type FilterField } from '../parts/filter-form.tsx';
import { FindingRow } from '../parts/finding-row.tsx';
import { Empty, LiveView } from '../parts/live-view.tsx';
import { client } from '../state/client.ts';
import { useLive } from '../state/live.ts';

const KINDS: readonly Finding['kind'][] = [
  'nat-port-exhaustion',
  'nat-port-pressure',
  'host-port-exhaustion',
  'host-port-pressure',
  'nlb-port-exhaustion',
  'connection-rate-spike',
  'capacity-shrunk',
  'signal-lost',
];
const STATUSES: readonly Finding['status'][] = ['open', 'acknowledged', 'suppressed', 'resolved', 'withdrawn'];

const FIELDS: readonly FilterField[] = [
  { kind: 'choice', name: 'status', label: 'Status', values: STATUSES },
  { kind: 'choice', name: 'severity', label: 'Severity', values: SEVERITIES },
  { kind: 'choice', name: 'kind', label: 'Kind', values: KINDS },
  { kind: 'choice', name: 'layer', label: 'Layer', values: Object.keys(LAYER_NAMES) },
  { kind: 'text', name: 'destination', label: 'Destination', hint: 'address, address:port or host name' },
  { kind: 'text', name: 'source', label: 'Source', hint: 'address, interface or owner' },
  { kind: 'text', name: 'subject', label: 'About', hint: 'exactly nat-… or an address' },
  { kind: 'time', name: 'since', label: 'From' },
  { kind: 'time', name: 'until', label: 'Until' },
];

const PAGE = 25;

type Query = NonNullable<Parameters<typeof client.listFindings>[0]>;

/** Every finding there ever was, the newest first. */
export function HistoryView({ filters }: { filters: Filters }) {
  const key = JSON.stringify(filters);
  const query = { ...(filters as Query), limit: PAGE };
  const live = useLive(`history ${key}`, () => client.listFindings(query));
  return (
    <>
      <h1>History</h1>
      <FilterForm fields={FIELDS} filters={filters} onChange={(next) => (location.hash = listHash('history', next))} />
      <LiveView live={live}>{(page) => <Pages key={key} first={page} query={query} />}</LiveView>
    </>
  );
}

/** The first page stays fresh; older ones are added below it on request. */
function Pages({ first, query }: { first: FindingPage; query: Query }) {
  const [older, setOlder] = useState<readonly FindingPage[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const cursor = (older.at(-1) ?? first).nextCursor;
  const more = async (): Promise<void> => {
    try {
      const next = await client.listFindings({ ...query, ...(cursor !== null && { cursor }) });
      setOlder([...older, next]);
      setFailure(null);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  const findings = distinct([first, ...older].flatMap((page) => page.findings));
  if (findings.length === 0 && cursor === null)
    return (
      <Empty>
        <p>No finding passes these filters.</p>
      </Empty>
    );
  return (
    <>
      {findings.map((finding) => (
        <FindingRow key={finding.id} finding={finding} />
      ))}
      {failure !== null && <p role="alert">{failure}</p>}
      {cursor !== null && (
        <button type="button" onClick={more}>
          {findings.length === 0 ? 'None among the newest: look further' : 'Show older ones'}
        </button>
      )}
    </>
  );
}

/** A finding that moved up since an older page was read is shown once, where it is now. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ id }) => !seen.has(id) && seen.add(id));
}
