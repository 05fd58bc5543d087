import type { Finding } from '../client/api-client.ts';
import { countText, percentIntervalText } from '../logic/figures.ts';
import { applyChange, NO_CHANGE, outcomeOf, type Change } from '../logic/what-if.ts';

const CAPACITY_FACTOR_LIMIT = 8;

type WhatIfProps = { finding: Finding; change: Change; onChange: (change: Change) => void };

/** Two sliders over the recorded minutes: what connection reuse or more capacity would have made of them. */
export function WhatIfPanel({ finding, change, onChange }: WhatIfProps) {
  const before = outcomeOf(applyChange(finding.timeline, NO_CHANGE));
  const after = outcomeOf(applyChange(finding.timeline, change));
  if (before.peak === null || after.peak === null)
    return <p class="quiet">Ports in use or capacity are not known for any minute, so nothing can be worked out.</p>;
  const isChanged = change.reuse !== NO_CHANGE.reuse || change.capacityFactor !== NO_CHANGE.capacityFactor;
  return (
    <div class="what-if">
      <Slider
        name="Connections that reuse an existing one"
        value={Math.round(change.reuse * 100)}
        max={99}
        text={`${Math.round(change.reuse * 100)} %`}
        onInput={(value) => onChange({ ...change, reuse: value / 100 })}
      />
      <Slider
        name={CAPACITY_NAMES[finding.layer]}
        value={change.capacityFactor}
        min={1}
        max={CAPACITY_FACTOR_LIMIT}
        text={`${change.capacityFactor} × today's`}
        onInput={(value) => onChange({ ...change, capacityFactor: value })}
      />
      <output>
        {isChanged ? (
          <>
            Peak demand {percentIntervalText(before.peak)} of capacity →{' '}
            <strong>{percentIntervalText(after.peak)}</strong>; {minutesText(after)}.
          </>
        ) : (
          <>
            As it was: peak demand {percentIntervalText(before.peak)} of capacity; {minutesText(before)}.
          </>
        )}
      </output>
      <p class="quiet">
        By Little’s law over the minutes recorded; failed connections count as demand, since each would have held a
        port. Retries after a failure make demand look larger than it was.{' '}
        {isChanged && (
          <button type="button" class="link" onClick={() => onChange(NO_CHANGE)}>
            Back to how it was
          </button>
        )}
      </p>
    </div>
  );
}

const CAPACITY_NAMES: Readonly<Record<Finding['layer'], string>> = {
  host: 'Ports: a wider range, more source or destination addresses',
  nat: 'NAT gateway addresses',
  'load-balancer': 'Addresses of the load balancer or its targets',
};

function minutesText({ certainlyFull, possiblyFull }: ReturnType<typeof outcomeOf>): string {
  if (possiblyFull === 0) return 'never full';
  const minutes = (count: number): string => `${countText(count)} ${count === 1 ? 'minute' : 'minutes'}`;
  if (certainlyFull === possiblyFull) return `full for ${minutes(certainlyFull)}`;
  return `full for ${countText(certainlyFull)} to ${minutes(possiblyFull)}`;
}

type SliderProps = {
  name: string;
  value: number;
  min?: number;
  max: number;
  text: string;
  onInput: (value: number) => void;
};

const Slider = ({ name, value, min = 0, max, text, onInput }: SliderProps) => (
  <label class="slider">
    <span>{name}</span>
    <input
      type="range"
      min={min}
      max={max}
      value={value}
      aria-valuetext={text}
      onInput={(event) => onInput(Number(event.currentTarget.value))}
    />
    <b>{text}</b>
  </label>
);
