import { readableLine } from '../logic/readable-text.ts';
import { heatStripShape, heatSummary, heatWindow, type HeatMinute, type HeatWindow } from '../logic/heat.ts';
import { Time } from './time.tsx';

type HeatStripProps = { minutes: readonly HeatMinute[]; name: string; window?: HeatWindow | null };

/** Each minute a cell, darker the fuller; a mark below where connections failed for certain. */
export function HeatStrip({ minutes, name, window = heatWindow([minutes]) }: HeatStripProps) {
  const shape = heatStripShape(minutes, window);
  if (shape === null) return <span class="quiet">no minutes yet</span>;
  return (
    <svg
      class="heat"
      role="img"
      aria-label={`${readableLine(name, 80)}: ${heatSummary(minutes)}`}
      viewBox={`0 0 ${shape.width} 1.4`}
      preserveAspectRatio="none"
    >
      {shape.paths.map(({ level, path }) => (
        <path key={level} class={`heat-${level}`} d={path} />
      ))}
      <path class="heat-failure" d={shape.failures} transform="translate(0 1.1) scale(1 0.3)" />
    </svg>
  );
}

/** The first and the last minute below the ends of a strip. */
export function HeatAxis({ window }: { window: HeatWindow | null }) {
  if (window === null) return null;
  return (
    <span class="heat-axis quiet">
      <Time at={new Date(window.fromMs).toISOString()} />
      <Time at={new Date(window.toMs).toISOString()} besideMs={window.fromMs} />
    </span>
  );
}

const LEGEND = [
  ['low', 'below 40 %'],
  ['moderate', '40–75 %'],
  ['warning', '75–90 %'],
  ['high', '90–100 %'],
  ['full', 'full'],
  ['unknown', 'unknown'],
] as const;

export const HeatLegend = () => (
  <p class="legend quiet">
    {LEGEND.map(([level, text]) => (
      <span key={level}>
        <i class={`swatch heat-${level}`} aria-hidden="true" /> {text}
      </span>
    ))}
    <span>
      <i class="swatch heat-failure-swatch" aria-hidden="true" /> connections failed
    </span>
  </p>
);
