// Generated from docs/openapi.json by generate-client.ts: change the schemas in shared/, then `npx vitest -u`.

export type Finding = { readonly id: string; readonly kind: "nat-port-exhaustion" | "nat-port-pressure" | "host-port-exhaustion" | "host-port-pressure" | "nlb-port-exhaustion" | "connection-rate-spike" | "capacity-shrunk" | "signal-lost"; readonly layer: "host" | "nat" | "load-balancer"; readonly resource: { readonly type: string; readonly id: string } | null; readonly subject: { readonly type: "nat-gateway" | "load-balancer" | "source-address" | "log-source"; readonly id: string }; readonly episode: number; readonly status: "open" | "acknowledged" | "suppressed" | "resolved" | "withdrawn"; readonly suppressedUntil: string | null; readonly severity: "informational" | "low" | "medium" | "high" | "critical"; readonly confidence: number; readonly title: string; readonly destination: { readonly address: string; readonly port: number; readonly protocol: number } | null; readonly destinations: readonly ({ readonly address: string; readonly port: number; readonly protocol: number; readonly hostNames: readonly (string)[]; readonly share: number; readonly peakPorts: number; readonly opens: number; readonly failures: { readonly low: number; readonly high: number } })[]; readonly sources: readonly ({ readonly address: string | null; readonly interfaceId: string | null; readonly owner: string | null; readonly share: number; readonly opens: number; readonly joinedBy: "flow" | "socket-table" | "local-address" | "interface" | "instance" | "name" | "setting" | "destination-and-minute" | "destination" | "none"; readonly logSource: string | null })[]; readonly cause: "churn" | "leak" | "hold" | "growth" | "capacity" | "unknown"; readonly causeReason: string; readonly firstSeenAt: string; readonly firstFailureAt: string | null; readonly lastSeenAt: string; readonly resolvedAt: string | null; readonly reopenedAt?: string; readonly peakUtilisation: { readonly low: number; readonly high: number } | null; readonly capacityPorts: number | null; readonly capacityAssumed: boolean; readonly capacityBasis: string; readonly etaAt: { readonly low: string; readonly high: string } | null; readonly recommendations: readonly ({ readonly action: string; readonly detail: string; readonly expectedEffect: string; readonly preconditions: readonly (string)[]; readonly sideEffects: readonly (string)[] })[]; readonly evidence: readonly ({ readonly source: "app-log" | "flow-log" | "metric" | "socket-table" | "inventory"; readonly detector: string; readonly statement: string; readonly at: string | null })[]; readonly missingEvidence: readonly (string)[]; readonly timeline: readonly ({ readonly at: string; readonly portsInUse: { readonly low: number; readonly high: number } | null; readonly portsEstimate?: number; readonly utilisation: { readonly low: number; readonly high: number } | null; readonly capacityPorts: number | null; readonly opens: number | null; readonly failures: { readonly low: number; readonly high: number } | null; readonly allocationErrors: number | null; readonly logErrors: number | null })[]; readonly samples: readonly (string)[] };

export type FindingPage = { readonly findings: readonly (Finding)[]; readonly nextCursor: string | null };

export type FindingActions = { readonly actions: readonly ({ readonly action: "acknowledge" | "suppress" | "resolve"; readonly at: string; readonly by: string; readonly reason: string; readonly until: string | null })[] };

export type Reason = { readonly reason: string };

export type Suppression = { readonly reason: string; readonly until: string };

export type DestinationHeadroom = { readonly address: string; readonly port: number; readonly protocol: number; readonly hostNames: readonly (string)[]; readonly layer: "host" | "nat" | "load-balancer"; readonly resource: { readonly type: string; readonly id: string }; readonly capacityPorts: number | null; readonly capacityAssumed: boolean; readonly portsInUse: { readonly low: number; readonly high: number } | null; readonly utilisation: { readonly low: number; readonly high: number } | null; readonly peakUtilisation: { readonly low: number; readonly high: number } | null; readonly opens: number | null; readonly failures: { readonly low: number; readonly high: number } | null; readonly etaAt: { readonly low: string; readonly high: string } | null; readonly sources: readonly ({ readonly address: string | null; readonly interfaceId: string | null; readonly owner: string | null; readonly share: number })[]; readonly minutes: readonly ({ readonly at: string; readonly utilisation: { readonly low: number; readonly high: number } | null; readonly failures: { readonly low: number; readonly high: number } | null })[] };

export type DestinationPage = { readonly analysedAt: string | null; readonly destinations: readonly (DestinationHeadroom)[]; readonly omitted: { readonly destinations: number; readonly utilisationAtMost: number } };

export type NatGatewaySummary = { readonly id: string; readonly name: string | null; readonly vpcId: string | null; readonly regional: boolean; readonly addresses: number; readonly capacityPorts: number | null; readonly capacityAssumed: boolean; readonly capacityBasis: string; readonly activeConnections: number | null; readonly allocationErrors: number | null };

export type NatGatewayPage = { readonly analysedAt: string | null; readonly natGateways: readonly ({ readonly id: string; readonly name: string | null; readonly vpcId: string | null; readonly regional: boolean; readonly addresses: number; readonly capacityPorts: number | null; readonly capacityAssumed: boolean; readonly capacityBasis: string; readonly activeConnections: number | null; readonly allocationErrors: number | null; readonly destinations: readonly (DestinationHeadroom)[]; readonly omitted: { readonly destinations: number; readonly utilisationAtMost: number } })[] };

export type Signal = { readonly source: "app-log" | "flow-log" | "metric" | "socket-table" | "inventory"; readonly subject: string; readonly lastAt: string | null; readonly behindSeconds: number | null; readonly usualSeconds: number; readonly state: "arriving" | "quiet" | "late" | "missing" };

export type RuledOut = { readonly kind: string; readonly reason: string; readonly subject: string; readonly destination?: { readonly address: string; readonly port: number; readonly protocol: number }; readonly firstSeenAt: string | null; readonly lastSeenAt: string | null };

export type RuledOutPage = { readonly analysedAt: string | null; readonly ruledOut: readonly (RuledOut)[] };

export type Health = { readonly status: "ok" | "degraded" | "unknown"; readonly analysedAt: string | null; readonly signals: readonly (Signal)[]; readonly logGroups: { readonly at: string; readonly chosen: number; readonly groups: readonly ({ readonly name: string; readonly state: "listening" | "no-room" | "unsupported" | "pending" | "leaving"; readonly deliveryErrors: number | null })[] } | null };

export type Problem = { readonly type: string; readonly title: string; readonly status: number; readonly detail: string; readonly errors?: readonly ({ readonly in: "path" | "query" | "body"; readonly name: string; readonly reason: string })[] };

/** Sends a request below the API's root and gives the answer's JSON; throws what it makes of a problem. */
export type Send = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

const search = (query: object): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))}`;
};

export const apiClient = (send: Send) => ({
  /** Findings, the newest `lastSeenAt` first. */
  listFindings: (query: { status?: "open" | "acknowledged" | "suppressed" | "resolved" | "withdrawn"; severity?: "informational" | "low" | "medium" | "high" | "critical"; kind?: "nat-port-exhaustion" | "nat-port-pressure" | "host-port-exhaustion" | "host-port-pressure" | "nlb-port-exhaustion" | "connection-rate-spike" | "capacity-shrunk" | "signal-lost"; layer?: "host" | "nat" | "load-balancer"; destination?: string; source?: string; subject?: string; since?: string; until?: string; limit?: number; cursor?: string } = {}) =>
    send('GET', `/findings${search(query)}`) as Promise<FindingPage>,
  /** One finding. */
  getFinding: (id: string) =>
    send('GET', `/findings/${encodeURIComponent(id)}`) as Promise<Finding>,
  /** What people did to it, the newest first. */
  listFindingActions: (id: string) =>
    send('GET', `/findings/${encodeURIComponent(id)}/actions`) as Promise<FindingActions>,
  /** Say that somebody looks after it. */
  acknowledgeFinding: (id: string, body: Reason) =>
    send('POST', `/findings/${encodeURIComponent(id)}/acknowledge`, body) as Promise<Finding>,
  /** Keep it quiet until a time at most 90 days ahead. */
  suppressFinding: (id: string, body: Suppression) =>
    send('POST', `/findings/${encodeURIComponent(id)}/suppress`, body) as Promise<Finding>,
  /** Say that it is over. */
  resolveFinding: (id: string, body: Reason) =>
    send('POST', `/findings/${encodeURIComponent(id)}/resolve`, body) as Promise<Finding>,
  /** Destinations by how full they are, of the last analysis. */
  listDestinations: (query: { layer?: "host" | "nat" | "load-balancer"; resource?: string; destination?: string; limit?: number } = {}) =>
    send('GET', `/destinations${search(query)}`) as Promise<DestinationPage>,
  /** Each NAT gateway with the room left towards its fullest destinations, of the last analysis. */
  listNatGateways: () =>
    send('GET', `/nat-gateways`) as Promise<NatGatewayPage>,
  /** What looked like exhaustion and was not. */
  listRuledOut: () =>
    send('GET', `/ruled-out`) as Promise<RuledOutPage>,
  /** Which signals arrive, and how late. */
  getHealth: () =>
    send('GET', `/health`) as Promise<Health>,
  /** This document. */
  getOpenapi: () =>
    send('GET', `/openapi.json`) as Promise<Readonly<Record<string, unknown>>>,
});

export type ApiClient = ReturnType<typeof apiClient>;
