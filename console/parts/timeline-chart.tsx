import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { whatIf as tryOn, type Change } from '../../shared/core/advise/what-if.ts';
import type { Finding, FindingActions } from '../client/api-client.ts';
import { isWithin, marksOf, timelineColumns, timelineSpan, type TimelineColumns } from '../logic/timeline.ts';
import { theme } from '../state/preferences.ts';
import {
  type ChartColours,
  chartColours,
  NO_COLOURS,
  opensPanel,
  type Panel,
  portsPanel,
  troublePanel,
} from './chart-panels.ts';
import { drawPanel } from './draw-panel.ts';
import { TimelineReadout } from './timeline-readout.tsx';

type TimelineProps = { finding: Finding; actions: FindingActions['actions']; change: Change | null };

/** Ports against capacity, opens and troubles on one time axis; a change redraws the first panel's curves of its own. */
export function TimelineChart({ finding, actions, change }: TimelineProps) {
  const box = useRef<HTMLDivElement>(null);
  const portsChart = useRef<uPlot | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const [width, setWidth] = useState(0);
  const span = useMemo(() => timelineSpan(finding), [finding]);
  const columns = useMemo(() => span && timelineColumns(finding.timeline, span.from, span.to), [finding, span]);
  const whatIf = useMemo(() => (columns ? whatIfColumns(finding, columns, change) : []), [columns, change]);
  const look = useLook(theme.value);

  useEffect(() => observeWidth(box.current, setWidth), []);
  useEffect(() => {
    const into = box.current;
    if (into === null || columns === null || span === null || width === 0) return;
    const colours = chartColours(into);
    const panels = panelsOf(columns, whatIf, colours);
    const drawn = panels.filter(({ isKnown }) => isKnown);
    const marks = marksOf(finding, actions).filter((mark) => isWithin(mark, span));
    const charts = panels.map((panel, index) => {
      const place = into.children[index]?.querySelector<HTMLElement>('.panel');
      if (!panel.isKnown || !place) return null;
      const [isFirst, isLast] = [panel === drawn[0], panel === drawn.at(-1)];
      const drawing = { width, ...span, seconds: columns.seconds, marks, colours, isFirst, isLast };
      return drawPanel(panel, { ...drawing, onCursor: setCursor }, place);
    });
    portsChart.current = charts[0] ?? null;
    return () => {
      portsChart.current = null;
      for (const chart of charts) chart?.destroy();
    };
  }, [finding, actions, width, look]);
  useEffect(() => {
    const chart = portsChart.current;
    if (chart) chart.setData([...chart.data.slice(0, 4), ...whatIf] as uPlot.AlignedData);
  }, [whatIf]);

  if (columns === null) return <p class="quiet">No source gave minutes to draw.</p>;
  return (
    <div class="timeline">
      <TimelineReadout columns={columns} index={cursor} whatIf={whatIf} />
      <div ref={box} aria-hidden="true">
        {panelsOf(columns, whatIf, NO_COLOURS).map(({ title, isKnown }) => (
          <figure key={title}>
            <figcaption>
              {title}
              {!isKnown && ': no source says'}
            </figcaption>
            <div class="panel" />
          </figure>
        ))}
      </div>
    </div>
  );
}

const panelsOf = (columns: TimelineColumns, whatIf: (number | null)[][], colours: ChartColours): Panel[] => [
  portsPanel(columns, whatIf, colours),
  opensPanel(columns, colours),
  troublePanel(columns, colours),
];

/** Ports wanted and capacity with the change; empty while there is none. */
function whatIfColumns(finding: Finding, { seconds }: TimelineColumns, change: Change | null): (number | null)[][] {
  if (change === null) return [seconds.map(() => null), seconds.map(() => null)];
  const changed = new Map(tryOn(finding, change).minutes.map((minute) => [Date.parse(minute.at) / 1_000, minute]));
  return [
    seconds.map((at) => changed.get(at)?.after ?? null),
    seconds.map((at) => changed.get(at)?.capacityAfter ?? null),
  ];
}

function observeWidth(element: HTMLElement | null, setWidth: (width: number) => void): (() => void) | undefined {
  if (element === null) return undefined;
  const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
  observer.observe(element);
  return () => observer.disconnect();
}

/** Changes with the colours, whoever changes them. */
function useLook(chosen: string): string {
  const [system, setSystem] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const listen = (): void => setSystem(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  return `${chosen} ${system}`;
}
