import type { Finding } from '../client/api-client.ts';
import {
  countText,
  destinationFilter,
  destinationText,
  intervalText,
  percentText,
  sourceText,
} from '../logic/figures.ts';
import { listHash } from '../logic/route.ts';
import { Line } from './text.tsx';

const Share = ({ share }: { share: number }) => (
  <span class="share">
    <progress max={1} value={share} aria-hidden="true" /> {percentText(share)}
  </span>
);

/** Where the ports went, the largest first. */
export const DestinationTable = ({ destinations }: { destinations: Finding['destinations'] }) => (
  <div class="scroll" tabIndex={0} role="region" aria-label="Destinations of this finding">
    <table>
      <thead>
        <tr>
          <th scope="col">Destination</th>
          <th scope="col">Share</th>
          <th scope="col" class="number">
            Peak ports
          </th>
          <th scope="col" class="number">
            Opens
          </th>
          <th scope="col" class="number">
            Failures
          </th>
        </tr>
      </thead>
      <tbody>
        {destinations.map((destination) => (
          <tr key={destinationText(destination)}>
            <th scope="row">
              <a href={listHash('history', { destination: destinationFilter(destination) })}>
                <Line text={destinationText(destination)} />
              </a>
              {destination.hostNames.slice(0, 5).map((name) => (
                <span key={name} class="quiet block">
                  <Line text={name} limit={120} />
                </span>
              ))}
            </th>
            <td>
              <Share share={destination.share} />
            </td>
            <td class="number">{destination.peakPorts === 0 ? '?' : countText(destination.peakPorts)}</td>
            <td class="number">{destination.opens === 0 ? '?' : countText(destination.opens)}</td>
            <td class="number">{intervalText(destination.failures)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** Who took the ports, the largest first. */
export const SourceTable = ({ sources }: { sources: Finding['sources'] }) => (
  <div class="scroll" tabIndex={0} role="region" aria-label="Sources of this finding">
    <table>
      <thead>
        <tr>
          <th scope="col">Source</th>
          <th scope="col">Share</th>
          <th scope="col">Address</th>
          <th scope="col">Interface or log</th>
          <th scope="col" class="number">
            Opens
          </th>
          <th scope="col">Known by</th>
        </tr>
      </thead>
      <tbody>
        {sources.map((source) => (
          <tr key={`${source.address} ${source.interfaceId} ${source.logSource}`}>
            <th scope="row">
              <Line text={sourceText(source)} limit={120} />
            </th>
            <td>
              <Share share={source.share} />
            </td>
            <td>
              {source.address !== null && (
                <a href={listHash('history', { source: source.address })}>
                  <Line text={source.address} />
                </a>
              )}
            </td>
            <td>
              <Line
                text={[source.interfaceId, source.logSource].filter((name) => name !== null).join(' · ')}
                limit={120}
              />
            </td>
            <td class="number">{source.opens === 0 ? '?' : countText(source.opens)}</td>
            <td>{source.joinedBy.replaceAll('-', ' ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
