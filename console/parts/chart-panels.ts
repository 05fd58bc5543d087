import uPlot from 'uplot';
import type { TimelineColumns } from '../logic/timeline.ts';

/** The three panels of a finding's timeline, on one time axis. Colours come from the style sheet. */

type Values = (number | null)[];
type Column = readonly (number | null)[];
export type ChartColours = Readonly<
  Record<'text' | 'grid' | 'ports' | 'capacity' | 'opens' | 'failures' | 'errors' | 'logs' | 'whatIf' | 'mark', string>
>;

export type Panel = {
  /** False where its figures are all missing: there would be nothing in the frame. */
  readonly isKnown: boolean;
  readonly title: string;
  readonly height: number;
  readonly columns: readonly Values[];
  readonly series: readonly uPlot.Series[];
  readonly bands: readonly uPlot.Band[];
};

/** For what is not drawn. */
export const NO_COLOURS: ChartColours = {
  text: '',
  grid: '',
  ports: '',
  capacity: '',
  opens: '',
  failures: '',
  errors: '',
  logs: '',
  whatIf: '',
  mark: '',
};

/** Colours as the style sheet has them for the theme that shows: a custom property alone would not be resolved. */
export function chartColours(element: Element): ChartColours {
  const probe = element.appendChild(document.createElement('i'));
  const of = (name: string): string => {
    probe.style.color = `var(--chart-${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    text: of('text'),
    grid: of('grid'),
    ports: of('ports'),
    capacity: of('capacity'),
    opens: of('opens'),
    failures: of('failures'),
    errors: of('errors'),
    logs: of('logs'),
    whatIf: of('what-if'),
    mark: of('mark'),
  };
  probe.remove();
  return colours;
}

/** `rgb(1, 2, 3)` → `rgba(1, 2, 3, 0.25)`. */
const faded = (colour: string, alpha: number): string => colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);

/** A minute between two that nothing is known of would be no line at all: such columns show their points. */
const line = (label: string, column: Column, stroke: string, dash?: number[]): uPlot.Series => ({
  label,
  stroke,
  width: 1.5,
  points: { show: hasLoneValue(column), size: 5, fill: stroke },
  ...(dash && { dash }),
});

const hasLoneValue = (column: Column): boolean =>
  column.some((value, index) => value !== null && column[index - 1] == null && column[index + 1] == null);

const bars = (label: string, colour: string): uPlot.Series => ({
  label,
  stroke: colour,
  fill: faded(colour, 0.6),
  points: { show: false },
  paths: uPlot.paths.bars?.({ size: [0.8, 14], align: 1 }),
});

const isKnown = (column: Column): boolean => column.some((value) => value !== null);

/** Ports in use between their bounds, the ceiling, and what a change would make of both. */
export function portsPanel(columns: TimelineColumns, whatIf: readonly Values[], colours: ChartColours): Panel {
  return {
    isKnown: isKnown(columns.portsHigh),
    title: 'Ports in use and capacity',
    height: 200,
    columns: [[...columns.portsHigh], [...columns.portsLow], [...columns.capacity], ...whatIf],
    series: [
      line('ports, at most', columns.portsHigh, colours.ports),
      line('ports, at least', columns.portsLow, colours.ports),
      line('capacity', columns.capacity, colours.capacity, [6, 4]),
      line('with the change', [], colours.whatIf),
      line('capacity with the change', [], colours.whatIf, [6, 4]),
    ],
    bands: [{ series: [1, 2], fill: faded(colours.ports, 0.25) }],
  };
}

export function opensPanel(columns: TimelineColumns, colours: ChartColours): Panel {
  return {
    isKnown: isKnown(columns.opens),
    title: 'New connections a minute',
    height: 110,
    columns: [[...columns.opens]],
    series: [line('new connections', columns.opens, colours.opens)],
    bands: [],
  };
}

export function troublePanel(columns: TimelineColumns, colours: ChartColours): Panel {
  return {
    isKnown: [columns.failuresHigh, columns.allocationErrors, columns.logErrors].some(isKnown),
    title: 'Failures and errors a minute',
    height: 110,
    columns: [
      [...columns.failuresHigh],
      [...columns.failuresLow],
      [...columns.allocationErrors],
      [...columns.logErrors],
    ],
    series: [
      line('failures, at most', columns.failuresHigh, colours.failures, [3, 3]),
      bars('failures, at least', colours.failures),
      line('allocation errors', columns.allocationErrors, colours.errors),
      line('log errors', columns.logErrors, colours.logs),
    ],
    bands: [],
  };
}
