import type { Finding } from '../client/api-client.ts';
import { countText, intervalText, percentIntervalText } from '../logic/figures.ts';
import type { TimelineColumns } from '../logic/timeline.ts';
import { localTimeText, utcText } from '../logic/times.ts';
import { nowMs } from '../state/page.ts';
import { Time } from './time.tsx';

type ReadoutProps = { columns: TimelineColumns; index: number | null; whatIf: readonly (number | null)[][] };

/** The minute under the pointer, in figures; it keeps its place while there is none. */
export function TimelineReadout({ columns, index, whatIf }: ReadoutProps) {
  const seconds = index === null ? undefined : columns.seconds[index];
  if (index === null || seconds === undefined)
    return (
      <p class="readout quiet">
        <Key name="ports" /> ports in use <Key name="capacity" /> capacity <Key name="opens" /> new connections{' '}
        <Key name="failures" /> failures <Key name="errors" /> allocation errors <Key name="logs" /> log errors
        {whatIf[0]?.some((value) => value !== null) && (
          <>
            {' '}
            <Key name="what-if" /> with the change
          </>
        )}
      </p>
    );
  const at = new Date(seconds * 1_000).toISOString();
  const both = (low: number | null | undefined, high: number | null | undefined): string =>
    low == null || high == null ? '?' : intervalText({ low, high });
  const one = (value: number | null | undefined): string => (value == null ? '?' : countText(value));
  const changed = whatIf[0]?.[index];
  return (
    <p class="readout">
      <strong>{localTimeText(at, nowMs.value)}</strong> <span class="quiet">{utcText(at)}</span> <Key name="ports" />{' '}
      {both(columns.portsLow[index], columns.portsHigh[index])} <Key name="capacity" /> {one(columns.capacity[index])}{' '}
      <Key name="opens" /> {one(columns.opens[index])} <Key name="failures" />{' '}
      {both(columns.failuresLow[index], columns.failuresHigh[index])} <Key name="errors" />{' '}
      {one(columns.allocationErrors[index])} <Key name="logs" /> {one(columns.logErrors[index])}
      {changed != null && (
        <>
          {' '}
          <Key name="what-if" /> {countText(changed)}
        </>
      )}
    </p>
  );
}

const Key = ({ name }: { name: string }) => <i class={`swatch key-${name}`} aria-hidden="true" />;

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
