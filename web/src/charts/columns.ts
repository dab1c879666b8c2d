import type { MatrixSeries } from '../api/series';
import type { Labels } from '../format/labels';

/** One line of the graph. */
export interface Line {
  key: string;
  name: string;
  labels: Labels;
  /** Which query it came from, counted from 0. */
  query: number;
  /** One value per moment; null where there is none. */
  values: (number | null)[];
  last: number | null;
  min: number;
  max: number;
  mean: number;
}

/** What is drawn, and what is told beside it. */
export interface Drawing {
  /** Seconds, as uPlot wants them. */
  times: number[];
  lines: Line[];
  /** How many series the answer had; `lines` holds those with the largest values. */
  total: number;
  /** Native histograms: they are in the table, not in the graph. */
  histograms: number;
}

/** PromQL's own way to write a series: `name{label="value"}`. */
export function seriesName(labels: Labels): string {
  const { __name__: name, ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  if (pairs.length === 0) return name ?? '{}';
  return `${name ?? ''}{${pairs.join(', ')}}`;
}

/** Puts the answers of all queries onto one grid of moments. At most `linesAtMost` lines: those that reach farthest from zero. */
export function draw(answers: readonly (readonly MatrixSeries[])[], startMs: number, endMs: number, stepMs: number, linesAtMost: number): Drawing {
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  const times = Array.from({ length: count }, (_, i) => (startMs + i * stepMs) / 1000);
  const all: Line[] = [];
  let histograms = 0;
  answers.forEach((series, query) => {
    for (const one of series) {
      if (one.values === undefined || one.values.length === 0) {
        if (one.histograms !== undefined) histograms++;
        continue;
      }
      all.push(lineOf(one.metric, one.values, query, startMs, stepMs, count));
    }
  });
  const total = all.length;
  if (total <= linesAtMost) return { times, lines: all, total, histograms };
  const reach = (line: Line) => Math.max(Math.abs(line.min), Math.abs(line.max));
  const kept = new Set([...all].sort((a, b) => reach(b) - reach(a)).slice(0, linesAtMost));
  return { times, lines: all.filter((line) => kept.has(line)), total, histograms };
}

function lineOf(labels: Labels, samples: readonly [number, string][], query: number, startMs: number, stepMs: number, count: number): Line {
  const values = new Array<number | null>(count).fill(null);
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let finite = 0;
  let last: number | null = null;
  for (const [seconds, text] of samples) {
    const value = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
    const place = Math.round((seconds * 1000 - startMs) / stepMs);
    last = value;
    // A line cannot go through NaN or infinity: a gap is honest.
    if (place < 0 || place >= count || !Number.isFinite(value)) continue;
    values[place] = value;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    finite++;
  }
  const name = seriesName(labels);
  return { key: `${query} ${name}`, name, labels, query, values, last, min: finite > 0 ? min : NaN, max: finite > 0 ? max : NaN, mean: finite > 0 ? sum / finite : NaN };
}

/** The lines on top of each other, the first at the bottom. A missing value adds nothing; only where all are missing there is a gap, or the areas between lines would tear. */
export function stack(lines: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const height = new Array<number>(lines[0]?.length ?? 0).fill(0);
  const isGap = height.map((_, i) => lines.every((values) => values[i] === null));
  return lines.map((values) => values.map((value, i) => (isGap[i] === true ? null : (height[i] = (height[i] ?? 0) + (value ?? 0)))));
}

/** Places that have a value and no neighbour: a line would not show them, so they are drawn as points. */
export function alone(values: readonly (number | null | undefined)[]): number[] {
  const places: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) places.push(i);
  }
  return places;
}
