import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatShort, formatValue } from '../format/numbers';
import { formatInstant } from '../format/time';
import classes from './chart.module.css';
import { alone, type Drawing, stack } from './columns';
import { colorOf } from './palette';

interface Props {
  drawing: Drawing;
  stacked: boolean;
  hidden: ReadonlySet<string>;
  onZoom: (fromMs: number, untilMs: number) => void;
  onZoomOut: () => void;
}

/** The graph itself: uPlot on a canvas. What it says is also in the legend below it, as text. */
export function Chart({ drawing, stacked, hidden, onZoom, onZoomOut }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  // The newest handlers, without drawing anew when only they change.
  const handlers = useRef({ onZoom, onZoomOut });

  useEffect(() => {
    handlers.current = { onZoom, onZoomOut };
  }, [onZoom, onZoomOut]);
  useEffect(() => {
    const box = place.current;
    if (box === null) return;
    const tip = document.createElement('div');
    tip.className = classes.tip ?? '';
    tip.hidden = true;
    const plot = new uPlot(optionsFor(box, drawing, stacked, hidden, scheme === 'dark', tip, handlers), dataFor(drawing, stacked, hidden), box);
    plot.over.append(tip);
    const zoomOut = () => handlers.current.onZoomOut();
    plot.over.addEventListener('dblclick', zoomOut);
    const observer = new ResizeObserver(() => plot.setSize(sizeOf(box)));
    observer.observe(box);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [drawing, stacked, hidden, scheme]);

  return <div ref={place} className={classes.chart} role="img" aria-label={labelOf(drawing)} data-testid="chart" />;
}

function labelOf(drawing: Drawing): string {
  const [first] = drawing.times;
  const last = drawing.times.at(-1);
  if (first === undefined || last === undefined) return 'Empty graph';
  return `Graph of ${drawing.lines.length} series from ${formatInstant(first * 1000)} to ${formatInstant(last * 1000)}; the legend below has their values`;
}

function sizeOf(box: HTMLElement) {
  return { width: Math.max(box.clientWidth, 200), height: box.clientWidth < 600 ? 240 : 340 };
}

function dataFor(drawing: Drawing, stacked: boolean, hidden: ReadonlySet<string>): uPlot.AlignedData {
  if (!stacked) return [drawing.times, ...drawing.lines.map((line) => line.values)];
  const shown = stack(drawing.lines.filter((line) => !hidden.has(line.key)).map((line) => line.values));
  let next = 0;
  return [drawing.times, ...drawing.lines.map((line) => (hidden.has(line.key) ? line.values : shown[next++] ?? []))];
}

function optionsFor(box: HTMLElement, drawing: Drawing, stacked: boolean, hidden: ReadonlySet<string>, dark: boolean, tip: HTMLElement, handlers: { current: Pick<Props, 'onZoom'> }): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue('--ph-soft').trim();
  const line = style.getPropertyValue('--ph-line').trim();
  const font = `12px ${style.getPropertyValue('--mantine-font-family')}`;
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
  return {
    ...sizeOf(box),
    legend: { show: false },
    bands: stacked ? bandsOf(drawing, hidden, dark) : [],
    focus: { alpha: 0.25 },
    cursor: { focus: { prox: 32 }, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    scales: { x: { time: true }, ...(stacked && { y: { range: (_plot, min, max) => uPlot.rangeNum(Math.min(0, min), Math.max(0, max), 0.06, true) } }) },
    axes: [
      { ...axis, space: 70, size: 36, values: (_plot, splits, _axis, _space, increment) => splits.map((at, i) => tick(at, splits[i - 1], increment)) },
      { ...axis, values: (_plot, splits) => splits.map(formatShort), size: (_plot, values) => 16 + 7.2 * Math.max(3, ...(values ?? []).map((text) => text.length)) },
    ],
    series: [
      {},
      ...drawing.lines.map((one, i): uPlot.Series => {
        const color = colorOf(i, dark);
        return {
          label: one.name,
          show: !hidden.has(one.key),
          stroke: color,
          width: 1.5,
          ...(stacked && { fill: washOf(color) }),
          points: { show: true, size: 5, fill: color, filter: (plot, series) => alone(plot.data[series] as (number | null)[]) },
        };
      }),
    ],
    hooks: {
      setSelect: [(plot) => {
        const { left, width } = plot.select;
        if (width < 4) return;
        handlers.current.onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000);
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
      setCursor: [(plot) => point(plot, drawing, tip, dark)],
      setSeries: [(plot) => point(plot, drawing, tip, dark)],
    },
  };
}

/** Between stacked lines: each fills down to the one below it, not to zero through all others. */
function bandsOf(drawing: Drawing, hidden: ReadonlySet<string>, dark: boolean): uPlot.Band[] {
  const shown = drawing.lines.flatMap((line, i) => (hidden.has(line.key) ? [] : [i]));
  return shown.slice(1).map((upper, i) => ({ series: [upper + 1, (shown[i] ?? 0) + 1], fill: washOf(colorOf(upper, dark)) }));
}

const washOf = (color: string) => `${color}4d`;

/** Moves the tip to the cursor: the moment, and the series nearest to the pointer. */
function point(plot: uPlot, drawing: Drawing, tip: HTMLElement, dark: boolean) {
  const { idx, left = -1, top = -1 } = plot.cursor;
  const at = idx == null ? undefined : drawing.times[idx];
  if (idx == null || at === undefined || left < 0) {
    tip.hidden = true;
    return;
  }
  const focused = plot.series.findIndex((series, i) => i > 0 && series.show === true && (series as { _focus?: boolean })._focus === true);
  const nearest = focused > 0 ? focused : nearestTo(plot, idx, top);
  const line = drawing.lines[nearest - 1];
  const value = line?.values[idx];
  tip.replaceChildren(text('div', formatInstant(at * 1000), classes.tipTime));
  if (line !== undefined && value != null) {
    const row = text('div', `${line.name}  `, classes.tipRow);
    row.style.setProperty('--line', colorOf(nearest - 1, dark));
    row.append(text('strong', formatValue(value)));
    tip.append(row);
  }
  tip.hidden = false;
  const width = plot.over.clientWidth;
  const onLeft = left > width / 2;
  tip.style.left = onLeft ? 'auto' : `${left + 14}px`;
  tip.style.right = onLeft ? `${width - left + 14}px` : 'auto';
  tip.style.top = `${Math.min(Math.max(top - 20, 0), Math.max(0, plot.over.clientHeight - 60))}px`;
}

function nearestTo(plot: uPlot, idx: number, top: number): number {
  let best = 0;
  let distance = Infinity;
  plot.series.forEach((series, i) => {
    const value = plot.data[i]?.[idx];
    if (i === 0 || series.show === false || value == null) return;
    const away = Math.abs(plot.valToPos(value, 'y') - top);
    if (away < distance) [best, distance] = [i, away];
  });
  return best;
}

/** Text nodes only: label values come from anywhere. */
function text(tag: string, content: string, className?: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  if (className !== undefined) element.className = className;
  return element;
}

const two = (value: number) => String(value).padStart(2, '0');

/** 24 hours, the date where a day begins, seconds only where they matter. */
function tick(at: number, previous: number | undefined, increment: number): string {
  const moment = new Date(at * 1000);
  const day = moment.toLocaleString('en', { month: 'short', day: 'numeric' });
  if (increment >= 86_400) return day;
  const clock = `${two(moment.getHours())}:${two(moment.getMinutes())}${increment < 60 ? `:${two(moment.getSeconds())}` : ''}`;
  const isNewDay = previous !== undefined && new Date(previous * 1000).toDateString() !== moment.toDateString();
  return isNewDay ? `${clock}\n${day}` : clock;
}
