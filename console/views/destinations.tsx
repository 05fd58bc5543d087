import type { DestinationPage } from '../client/api-client.ts';
import { client } from '../state/client.ts';
import { useLive } from '../state/live.ts';
import { countText, destinationText, LAYER_NAMES, percentText } from '../logic/figures.ts';
import { heatWindow } from '../logic/heat.ts';
import { listHash, type Filters } from '../logic/route.ts';
import { DestinationRow } from '../parts/destination-row.tsx';
import { FilterForm, type FilterField } from '../parts/filter-form.tsx';
import { HeatLegend } from '../parts/heat-strip.tsx';
import { Empty, LiveView } from '../parts/live-view.tsx';
import { Ago } from '../parts/time.tsx';

const FIELDS: readonly FilterField[] = [
  { kind: 'text', name: 'destination', label: 'Destination', hint: 'address, address:port or host name' },
  { kind: 'choice', name: 'layer', label: 'Layer', values: Object.keys(LAYER_NAMES) },
  { kind: 'text', name: 'resource', label: 'Resource', hint: 'nat-… or a source address' },
];

const LIMIT = 100;

type Query = NonNullable<Parameters<typeof client.listDestinations>[0]>;

/** Every destination by how full it is, of the last analysis. */
export function DestinationsView({ filters }: { filters: Filters }) {
  const live = useLive(`destinations ${JSON.stringify(filters)}`, () =>
    client.listDestinations({ ...(filters as Query), limit: LIMIT }),
  );
  return (
    <>
      <h1>Destinations</h1>
      <FilterForm
        fields={FIELDS}
        filters={filters}
        onChange={(next) => (location.hash = listHash('destinations', next))}
      />
      <LiveView live={live}>{(page) => <Destinations page={page} />}</LiveView>
    </>
  );
}

function Destinations({ page }: { page: DestinationPage }) {
  const { destinations, omitted, analysedAt } = page;
  if (destinations.length === 0)
    return (
      <Empty>
        {analysedAt === null ? (
          <p>
            No analysis has looked at connections yet. Give <code>freeport analyze --store FILE</code> flow logs or
            socket tables; destinations of findings are in the <a href="#/history">history</a>.
          </p>
        ) : (
          <p>No destination of the last analysis passes these filters.</p>
        )}
      </Empty>
    );
  const window = heatWindow(destinations.map(({ minutes }) => minutes));
  const hasEta = destinations.some(({ etaAt }) => etaAt !== null);
  return (
    <>
      <HeatLegend />
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of destinations">
        <table>
          <thead>
            <tr>
              <th scope="col">Destination</th>
              <th scope="col" class="number">
                Full
              </th>
              <th scope="col">Minute by minute</th>
              <th scope="col" class="number">
                Opens a minute
              </th>
              <th scope="col" class="number">
                Failed
              </th>
              {hasEta && <th scope="col">Full by</th>}
              <th scope="col">Largest sources</th>
            </tr>
          </thead>
          <tbody>
            {destinations.map((destination) => (
              <DestinationRow
                key={`${destination.resource.id} ${destinationText(destination)}`}
                destination={destination}
                window={window}
                hasEta={hasEta}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">
        {omitted.destinations > 0 &&
          `${countText(omitted.destinations)} more, each at most ${percentText(omitted.utilisationAtMost)} full. `}
        {analysedAt !== null && (
          <>
            From the analysis <Ago at={analysedAt} />.
          </>
        )}
      </p>
    </>
  );
}
