import type { DestinationHeadroom, NatGatewayPage } from '../client/api-client.ts';
import {
  type Interval,
  countText,
  destinationFilter,
  destinationText,
  intervalText,
  percentIntervalText,
  percentText,
} from '../logic/figures.ts';
import { readableLine } from '../logic/readable-text.ts';
import { listHash } from '../logic/route.ts';
import { heatWindow, type HeatWindow } from '../logic/heat.ts';
import { HeatAxis, HeatStrip } from './heat-strip.tsx';
import { Line } from './text.tsx';

type Gateway = NatGatewayPage['natGateways'][number];

/** One NAT gateway, and a strip for each of its fullest destinations. */
export function GatewayHeadroom({ gateway }: { gateway: Gateway }) {
  const { id, name, addresses, capacityPorts, capacityAssumed, destinations, omitted } = gateway;
  const window = heatWindow(destinations.map(({ minutes }) => minutes));
  return (
    <section class="gateway" aria-label={`NAT gateway ${readableLine(id, 80)}`}>
      <h3>
        <Line text={name ?? id} limit={120} />{' '}
        {name !== null && (
          <span class="quiet">
            <Line text={id} limit={80} />
          </span>
        )}
      </h3>
      <p class="quiet">
        {capacityPorts === null ? 'capacity unknown' : `${countText(capacityPorts)} ports towards each destination`}
        {capacityAssumed ? ' (assumed)' : `, ${addresses} ${addresses === 1 ? 'address' : 'addresses'}`}
        {gateway.activeConnections !== null && ` · ${countText(gateway.activeConnections)} active connections`}
        {gateway.allocationErrors !== null && ` · ${countText(gateway.allocationErrors)} failed allocations`}
      </p>
      <ul class="strips">
        {destinations.map((destination) => (
          <DestinationStrip key={destinationText(destination)} destination={destination} window={window} />
        ))}
        {destinations.length > 0 && (
          <li class="strip-axis">
            <span />
            <HeatAxis window={window} />
          </li>
        )}
      </ul>
      {destinations.length === 0 && <p class="quiet">No connection has passed in the minutes looked at.</p>}
      {omitted.destinations > 0 && (
        <p class="quiet">
          {countText(omitted.destinations)} more destinations, each at most {percentText(omitted.utilisationAtMost)}{' '}
          full: <a href={listHash('destinations', { resource: id })}>all destinations</a>
        </p>
      )}
    </section>
  );
}

function DestinationStrip({ destination, window }: { destination: DestinationHeadroom; window: HeatWindow | null }) {
  const text = destinationText(destination);
  const { portsInUse, capacityPorts, utilisation } = destination;
  return (
    <li>
      <a href={listHash('destinations', { destination: destinationFilter(destination) })} data-row>
        <Line text={destination.hostNames[0] ?? text} limit={120} />
      </a>
      <HeatStrip minutes={destination.minutes} name={text} window={window} />
      <span class="figure">
        {utilisation === null ? 'not known' : `${percentIntervalText(utilisation)} full`}
        {portsInUse && capacityPorts !== null && (
          <span class="quiet block">{intervalText(freePorts(portsInUse, capacityPorts))} ports free</span>
        )}
      </span>
    </li>
  );
}

const freePorts = (inUse: Interval, capacity: number): Interval => ({
  low: Math.max(0, capacity - inUse.high),
  high: Math.max(0, capacity - inUse.low),
});
