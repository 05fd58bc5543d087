import type { DestinationHeadroom } from '../client/api-client.ts';
import {
  countText,
  destinationFilter,
  destinationText,
  intervalText,
  LAYER_NAMES,
  percentIntervalText,
  percentText,
  sourceText,
} from '../logic/figures.ts';
import type { HeatWindow } from '../logic/heat.ts';
import { listHash } from '../logic/route.ts';
import { HeatAxis, HeatStrip } from './heat-strip.tsx';
import { Line } from './text.tsx';
import { Time } from './time.tsx';

const SHOWN_SOURCES = 2;

type DestinationRowProps = { destination: DestinationHeadroom; window: HeatWindow | null; hasEta: boolean };

/** One destination as one resource reaches it, as a row of the table of destinations. */
export function DestinationRow({ destination, window, hasEta }: DestinationRowProps) {
  const { hostNames, layer, resource, utilisation, peakUtilisation, minutes, opens, failures, etaAt } = destination;
  const text = destinationText(destination);
  return (
    <tr>
      <th scope="row">
        <a href={listHash('history', { destination: destinationFilter(destination) })} data-row>
          <Line text={text} limit={120} />
        </a>
        {hostNames[0] !== undefined && (
          <span class="quiet block">
            <Line text={hostNames[0]} limit={120} />
          </span>
        )}
        <span class="quiet block">
          {LAYER_NAMES[layer]} <Line text={resource.id} limit={80} />
        </span>
      </th>
      <td class="number">
        {utilisation === null ? '?' : percentIntervalText(utilisation)}
        {peakUtilisation && <span class="quiet block">peak {percentIntervalText(peakUtilisation)}</span>}
        <PortsInUse destination={destination} />
      </td>
      <td class="strip">
        <HeatStrip minutes={minutes} name={text} window={window} />
        <HeatAxis window={window} />
      </td>
      <td class="number">{opens === null ? '?' : countText(opens)}</td>
      <td class="number">{failures === null ? '?' : intervalText(failures)}</td>
      {hasEta && <td>{etaAt === null ? '' : <Time at={etaAt.low} />}</td>}
      <td>
        <Sources sources={destination.sources} />
      </td>
    </tr>
  );
}

const PortsInUse = ({
  destination: { portsInUse, capacityPorts, capacityAssumed },
}: {
  destination: DestinationHeadroom;
}) =>
  portsInUse === null ? null : (
    <span class="quiet block">
      {intervalText(portsInUse)}
      {capacityPorts !== null && ` of ${countText(capacityPorts)}${capacityAssumed ? ' (assumed)' : ''}`}
    </span>
  );

const Sources = ({ sources }: { sources: DestinationHeadroom['sources'] }) => (
  <>
    {sources.slice(0, SHOWN_SOURCES).map((source) => (
      <span key={`${source.address} ${source.interfaceId}`} class="block">
        <Line text={sourceText(source)} limit={60} /> <span class="quiet">{percentText(source.share)}</span>
      </span>
    ))}
    {sources.length > SHOWN_SOURCES && <span class="quiet block">and {sources.length - SHOWN_SOURCES} more</span>}
  </>
);
