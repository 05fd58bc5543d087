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
import { listHash } from '../logic/route.ts';
import { HeatStrip } from './heat-strip.tsx';
import { Line } from './text.tsx';
import { Time } from './time.tsx';

/** One destination as one resource reaches it, as a row of the table of destinations. */
export function DestinationRow({ destination }: { destination: DestinationHeadroom }) {
  const {
    hostNames,
    layer,
    resource,
    utilisation,
    peakUtilisation,
    minutes,
    portsInUse,
    capacityPorts,
    capacityAssumed,
    opens,
    failures,
    etaAt,
    sources,
  } = destination;
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
      </th>
      <td class="number">
        {utilisation === null ? '?' : percentIntervalText(utilisation)}
        {peakUtilisation && <span class="quiet block">peak {percentIntervalText(peakUtilisation)}</span>}
      </td>
      <td class="strip">
        <HeatStrip minutes={minutes} name={text} />
      </td>
      <td class="number">
        {portsInUse === null ? '?' : intervalText(portsInUse)}
        <span class="quiet block">
          {capacityPorts !== null && `of ${countText(capacityPorts)}${capacityAssumed ? ' (assumed)' : ''}`}
        </span>
      </td>
      <td>
        {LAYER_NAMES[layer]} <Line text={resource.id} limit={80} />
      </td>
      <td class="number">{opens === null ? '?' : countText(opens)}</td>
      <td class="number">{failures === null ? '?' : intervalText(failures)}</td>
      <td>{etaAt === null ? '' : <Time at={etaAt.low} />}</td>
      <td>
        {sources.map((source) => (
          <span key={`${source.address} ${source.interfaceId}`} class="block">
            <Line text={sourceText(source)} limit={60} /> <span class="quiet">{percentText(source.share)}</span>
          </span>
        ))}
      </td>
    </tr>
  );
}
