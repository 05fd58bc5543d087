import type { Finding } from '../client/api-client.ts';
import { countText, intervalText, percentIntervalText } from '../logic/figures.ts';
import type { TimelineColumns } from '../logic/timeline.ts';
import { localTimeText, utcText } from '../logic/times.ts';
import { nowMs } from '../state/page.ts';
import { Time } from './time.tsx';

type ReadoutProps = { columns: TimelineColumns; index: number | null; whatIf: readonly (number | null)[][] };

/** What each colour is, and its figure in the minute under the pointer: the words keep their place, the figures come. */
export function TimelineReadout({ columns, index, whatIf }: ReadoutProps) {
  const seconds = index === null ? undefined : columns.seconds[index];
  const both = (low: Column, high: Column): string | null => intervalAt(low, high, index);
  const one = (column: Column): string | null => intervalAt(column, column, index);
  return (
    <div class="readout">
      <p>
        <strong>{seconds === undefined ? 'Minute by minute' : localTimeText(isoOf(seconds), nowMs.value)}</strong>{' '}
        <span class="quiet">
          {seconds === undefined ? 'point at a minute for its figures' : utcText(isoOf(seconds))}
        </span>
      </p>
      <ul>
        <Key name="ports" label="ports in use" value={both(columns.portsLow, columns.portsHigh)} />
        <Key name="capacity" label="capacity" value={one(columns.capacity)} />
        <Key name="opens" label="new connections" value={one(columns.opens)} />
        <Key name="failures" label="failed" value={both(columns.failuresLow, columns.failuresHigh)} />
        <Key name="errors" label="allocation errors" value={one(columns.allocationErrors)} />
        <Key name="logs" label="log errors" value={one(columns.logErrors)} />
        {whatIf[0]?.some((value) => value !== null) && (
          <Key name="what-if" label="with the change" value={one(whatIf[0])} />
        )}
      </ul>
    </div>
  );
}

type Column = readonly (number | null)[];

const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** Null while no minute is pointed at; a question mark where no source says. */
function intervalAt(lows: Column, highs: Column, index: number | null): string | null {
  if (index === null) return null;
  const [low, high] = [lows[index], highs[index]];
  return low == null || high == null ? '?' : intervalText({ low, high });
}

const Key = ({ name, label, value }: { name: string; label: string; value: string | null }) => (
  <li>
    <i class={`swatch key-${name}`} aria-hidden="true" /> {label} {value !== null && <b>{value}</b>}
  </li>
);

/** The same minutes for those who do not see the chart, and for copying. */
export function TimelineTable({ timeline }: { timeline: Finding['timeline'] }) {
  if (timeline.length === 0) return null;
  const one = (value: number | null): string => (value === null ? '?' : countText(value));
  return (
    <details>
      <summary>The timeline as a table ({timeline.length} minutes)</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Timeline as a table">
        <table>
          <thead>
            <tr>
              {[
                'Minute',
                'Ports in use',
                'Utilisation',
                'Capacity',
                'New connections',
                'Failures',
                'Allocation errors',
                'Log errors',
              ].map((name) => (
                <th key={name} scope="col" class={name === 'Minute' ? undefined : 'number'}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {timeline.map((minute) => (
              <tr key={minute.at}>
                <th scope="row">
                  <Time at={minute.at} />
                </th>
                <td class="number">{minute.portsInUse ? intervalText(minute.portsInUse) : '?'}</td>
                <td class="number">{minute.utilisation ? percentIntervalText(minute.utilisation) : '?'}</td>
                <td class="number">{one(minute.capacityPorts)}</td>
                <td class="number">{one(minute.opens)}</td>
                <td class="number">{minute.failures ? intervalText(minute.failures) : '?'}</td>
                <td class="number">{one(minute.allocationErrors)}</td>
                <td class="number">{one(minute.logErrors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
