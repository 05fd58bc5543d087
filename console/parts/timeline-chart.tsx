import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { whatIf as tryOn, type Change } from '../../shared/core/advise/what-if.ts';
import type { Finding, FindingActions } from '../client/api-client.ts';
import { isWithin, marksOf, timelineColumns, timelineSpan, type TimelineColumns } from '../logic/timeline.ts';
import { theme } from '../state/preferences.ts';
import { chartColours, opensPanel, portsPanel, troublePanel } from './chart-panels.ts';
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
    const panels = [portsPanel(columns, whatIf, colours), opensPanel(columns, colours), troublePanel(columns, colours)];
    const charts = panels.map((panel, index) => {
      const { from, to } = span;
      const place = into.children[index]?.querySelector<HTMLElement>('.panel');
      const [isFirst, isLast] = [index === 0, index === panels.length - 1];
      const drawing = {
        width,
        from,
        to,
        seconds: columns.seconds,
        marks: marksOf(finding, actions).filter((mark) => isWithin(mark, span)),
        colours,
        isFirst,
        isLast,
      };
      return drawPanel(panel, { ...drawing, onCursor: setCursor }, place ?? into);
    });
    portsChart.current = charts[0] ?? null;
    return () => {
      portsChart.current = null;
      for (const chart of charts) chart.destroy();
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
        {['Ports in use and capacity', 'New connections a minute', 'Failures and errors a minute'].map((title) => (
          <figure key={title}>
            <figcaption>{title}</figcaption>
            <div class="panel" />
          </figure>
        ))}
      </div>
    </div>
  );
}

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
