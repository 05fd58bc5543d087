import { useMemo, useState } from 'preact/hooks';
import { whatIf, type Change, type WhatIf } from '../../shared/core/advise/what-if.ts';
import type { Finding } from '../client/api-client.ts';
import { countText, percentText } from '../logic/figures.ts';
import { remediesFor, type Remedy } from '../logic/remedies.ts';

type WhatIfProps = {
  finding: Finding;
  /** Ports that one address of the NAT gateway has towards a destination. */
  portsPerAddress: number;
  change: Change | null;
  onChange: (change: Change | null) => void;
};

/** Each thing that can be done, what it would have made of these very minutes, and its curve in the timeline. */
export function WhatIfPanel({ finding, portsPerAddress, change, onChange }: WhatIfProps) {
  const remedies = remediesFor(finding.layer, portsPerAddress);
  const asItWas = useMemo(() => whatIf(finding, { kind: 'keep-alive' }), [finding]);
  if (asItWas.minutes.length === 0)
    return (
      <p class="quiet">
        No minute of this finding has ports in use. Flow logs or a socket table are needed to try a change on.
      </p>
    );
  return (
    <fieldset class="what-if">
      <legend class="unseen">Changes to try</legend>
      <label class="remedy">
        <input type="radio" name="remedy" checked={change === null} onChange={() => onChange(null)} />
        <span>As it was</span>
        <output>{outcomeText(asItWas.peakBefore, asItWas.failingMinutesBefore)}</output>
      </label>
      {remedies.map((remedy) => (
        <RemedyRow
          key={remedy.kind}
          finding={finding}
          remedy={remedy}
          isChosen={change?.kind === remedy.kind}
          onChange={onChange}
        />
      ))}
      <p class="quiet">
        The recorded minutes again, one change at a time, with requests arriving as they did: ports in use, and those
        that the connections that found none would have held. Retries after a failure make the need look larger than it
        was. The same figures come from <code>freeport whatif</code>.
      </p>
    </fieldset>
  );
}

type RemedyRowProps = {
  finding: Finding;
  remedy: Remedy;
  isChosen: boolean;
  onChange: (change: Change) => void;
};

/** Moving the slider chooses the remedy too. */
function RemedyRow({ finding, remedy: { kind, name, slider, change }, isChosen, onChange }: RemedyRowProps) {
  const [value, setValue] = useState(slider?.initial ?? 0);
  const result: WhatIf = useMemo(() => whatIf(finding, change(value)), [finding, kind, value]);
  return (
    <div class="remedy">
      <input
        type="radio"
        name="remedy"
        id={`remedy-${kind}`}
        checked={isChosen}
        onChange={() => onChange(change(value))}
      />
      <label for={`remedy-${kind}`}>{name}</label>
      <output
        for={`remedy-${kind}`}
        class={result.failingMinutesBefore > 0 && result.failingMinutesAfter === 0 ? 'helps' : undefined}
      >
        {outcomeText(result.peakAfter, result.failingMinutesAfter)}
      </output>
      {slider !== null && (
        <span class="slider">
          <input
            type="range"
            aria-label={slider.label}
            min={slider.min}
            max={slider.max}
            value={value}
            aria-valuetext={slider.text(value)}
            onInput={(event) => {
              const next = Number(event.currentTarget.value);
              setValue(next);
              onChange(change(next));
            }}
          />
          <span class="quiet">
            {slider.label}: {slider.text(value)}
          </span>
        </span>
      )}
    </div>
  );
}

function outcomeText(peak: number, failingMinutes: number): string {
  const minutes = failingMinutes === 1 ? 'minute' : 'minutes';
  const short = failingMinutes === 0 ? 'never short' : `short for ${countText(failingMinutes)} ${minutes}`;
  return `peak ${percentText(peak)}, ${short}`;
}
