import type { Context, Hono } from 'hono';
import { isLogGroupWell, logGroupHealth, type LogGroupStates } from '../core/finding/log-group-health.ts';
import { searchTermOf } from '../core/finding/search-terms.ts';
import type { DestinationHeadroom, Summary } from '../core/finding/summary-schema.ts';
import type { ApiOptions } from './api-options.ts';
import { readQuery } from './read-request.ts';
import {
  destinationQuerySchema,
  emptyQuerySchema,
  type DestinationFilters,
  type DestinationPage,
  type Health,
  type NatGatewayPage,
  type RuledOutPage,
} from './schemas.ts';

/** Destinations shown with each NAT gateway; `GET /destinations?resource=` has the others. */
export const GATEWAY_DESTINATIONS_LIMIT = 20;

const NO_SUMMARY = {
  at: null,
  natGateways: [],
  destinations: [],
  omitted: { destinations: 0, utilisationAtMost: 0 },
  signals: [],
  ruledOut: [],
} as const;

type KnownSummary = Summary | typeof NO_SUMMARY;

export function addSummaryRoutes(app: Hono, { summaries, logGroups }: ApiOptions): void {
  const summary = async (): Promise<KnownSummary> => (await summaries?.get()) ?? NO_SUMMARY;
  app.get('/destinations', async (context) => {
    const checked = readQuery(context, destinationQuerySchema);
    return checked.ok ? context.json(destinationPage(await summary(), checked.value)) : checked.response;
  });
  app.get('/nat-gateways', (context) => withoutQuery(context, async () => natGatewayPage(await summary())));
  app.get('/ruled-out', (context) => withoutQuery(context, async () => ruledOutPage(await summary())));
  app.get('/health', (context) =>
    withoutQuery(context, async () => health(await summary(), (await logGroups?.get()) ?? null)),
  );
}

async function withoutQuery(context: Context, answer: () => Promise<object>): Promise<Response> {
  const checked = readQuery(context, emptyQuerySchema);
  return checked.ok ? context.json(await answer()) : checked.response;
}

export function destinationPage(summary: KnownSummary, filters: DestinationFilters): DestinationPage {
  const matching = summary.destinations.filter((destination) => matches(destination, filters));
  return { analysedAt: summary.at, ...cut(matching, filters.limit, summary.omitted) };
}

export function natGatewayPage(summary: KnownSummary): NatGatewayPage {
  const natGateways = summary.natGateways.map((gateway) => {
    const own = summary.destinations.filter(({ resource }) => resource.id === gateway.id);
    return { ...gateway, ...cut(own, GATEWAY_DESTINATIONS_LIMIT, summary.omitted) };
  });
  return { analysedAt: summary.at, natGateways };
}

const ruledOutPage = ({ at, ruledOut }: KnownSummary): RuledOutPage => ({ analysedAt: at, ruledOut: [...ruledOut] });

function health({ at, signals }: KnownSummary, states: LogGroupStates | null): Health {
  const isHeard = signals.every(({ state }) => state === 'arriving' || state === 'quiet');
  const isWell = isHeard && (states?.groups ?? []).every(isLogGroupWell);
  const status = at === null ? 'unknown' : isWell ? 'ok' : 'degraded';
  return { status, analysedAt: at, signals: [...signals], logGroups: states === null ? null : logGroupHealth(states) };
}

/** The fullest come first, so the first one left out bounds all that are. */
function cut(
  destinations: readonly DestinationHeadroom[],
  limit: number,
  before: Summary['omitted'],
): Pick<DestinationPage, 'destinations' | 'omitted'> {
  const left = destinations.slice(limit);
  const fullest = left.reduce((most, { utilisation }) => Math.max(most, utilisation?.high ?? 0), 0);
  const omitted = {
    destinations: before.destinations + left.length,
    utilisationAtMost: Math.max(before.utilisationAtMost, fullest),
  };
  return { destinations: destinations.slice(0, limit), omitted };
}

function matches(destination: DestinationHeadroom, filters: DestinationFilters): boolean {
  const { address, port, hostNames, layer, resource } = destination;
  const term = filters.destination === undefined ? null : searchTermOf(filters.destination);
  const spelled = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return (
    (filters.layer === undefined || filters.layer === layer) &&
    (filters.resource === undefined || filters.resource === resource.id) &&
    (term === null || [address, spelled, ...hostNames].some((text) => searchTermOf(text) === term))
  );
}
