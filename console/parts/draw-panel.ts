import uPlot from 'uplot';
import type { Mark } from '../logic/timeline.ts';
import { axisTimeText } from '../logic/times.ts';
import type { ChartColours, Panel } from './chart-panels.ts';

const AXIS_WIDTH = 62;
/** Seconds between the axis's marks: nothing is known of less than a minute. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440].map((minutes) => minutes * 60);
const FONT = '12px system-ui, sans-serif';

type Drawing = {
  readonly width: number;
  readonly from: number;
  readonly to: number;
  readonly seconds: readonly number[];
  readonly marks: readonly Mark[];
  readonly colours: ChartColours;
  readonly isLast: boolean;
  readonly isFirst: boolean;
  readonly onCursor: (index: number | null) => void;
};

export function drawPanel(panel: Panel, drawing: Drawing, into: HTMLElement): uPlot {
  const { colours, from, to, width, isLast, onCursor } = drawing;
  const hasDays = to - from > 20 * 3_600;
  const axis = { stroke: colours.text, font: FONT, grid: { stroke: colours.grid, width: 1 }, ticks: { show: false } };
  return new uPlot(
    {
      width,
      height: panel.height + (isLast ? 24 : 0),
      padding: [drawing.isFirst ? 32 : 8, 24, isLast ? 0 : 8, 0],
      cursor: { sync: { key: 'timeline' }, drag: { setScale: false }, points: { show: false } },
      legend: { show: false },
      scales: {
        x: { time: true, range: [from, to + 60] },
        y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] },
      },
      axes: [
        {
          ...axis,
          show: isLast,
          incrs: TIME_STEPS,
          size: 24,
          space: hasDays ? 100 : 60,
          values: (_chart, splits) => splits.map((at) => axisTimeText(at, hasDays)),
        },
        { ...axis, size: AXIS_WIDTH, values: (_chart, splits) => splits.map(shortCount) },
      ],
      series: [{}, ...panel.series],
      bands: [...panel.bands],
      hooks: {
        drawClear: [(chart) => drawMarks(chart, drawing)],
        setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)],
      },
    },
    [[...drawing.seconds], ...panel.columns] as uPlot.AlignedData,
    into,
  );
}

/** Lines and spans behind the curves; the first panel carries their names. */
function drawMarks(chart: uPlot, { marks, colours, isFirst, from, to }: Drawing): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  const x = (iso: string): number =>
    chart.valToPos(Math.min(to + 60, Math.max(from, Date.parse(iso) / 1_000)), 'x', true);
  ctx.save();
  ctx.strokeStyle = colours.mark;
  ctx.fillStyle = colours.mark;
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  // The axes leave their own alignment behind from the second drawing on.
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  const taken = [-Infinity, -Infinity];
  for (const mark of [...marks].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const left = Math.round(x(mark.at));
    if (mark.until !== null) {
      ctx.globalAlpha = 0.15;
      ctx.fillRect(left, bbox.top, Math.max(ratio, x(mark.until) - left), bbox.height);
      ctx.globalAlpha = 1;
    }
    ctx.lineWidth = ratio;
    ctx.setLineDash(mark.kind === 'first-failure' ? [] : [4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    const wide = ctx.measureText(mark.label).width;
    const start = Math.min(left + 3 * ratio, bbox.left + bbox.width - wide);
    const row = taken.findIndex((end) => start >= end);
    if (!isFirst || row === -1) continue;
    ctx.fillText(mark.label, start, bbox.top - (4 + row * 14) * ratio);
    taken[row] = start + wide + 6 * ratio;
  }
  ctx.restore();
}

const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const shortCount = (value: number): string => SHORT.format(value);
