import type { MatrixSeries } from '../../api/series';

/** The state of one cell of a strip. */
export type Cell = 'good' | 'partly' | 'bad' | 'none';

/** One row of the picture of the last hour. */
export interface Strip {
  name: string;
  cells: Cell[];
}

/** Puts the samples of one series on a grid of `count` cells from `startMs`, `stepMs` apart. Several samples in a cell: the last counts. */
export function onGrid(series: MatrixSeries, startMs: number, stepMs: number, count: number): (number | undefined)[] {
  const grid: (number | undefined)[] = new Array<number | undefined>(count).fill(undefined);
  for (const [seconds, text] of series.values ?? []) {
    const place = Math.round((seconds * 1000 - startMs) / stepMs);
    if (place >= 0 && place < count) grid[place] = Number(text);
  }
  return grid;
}

/** The share of a job's targets that answered: all is good, none is bad, some is partly. */
export function upStrip(name: string, grid: readonly (number | undefined)[]): Strip {
  return { name, cells: grid.map((share) => (share === undefined || Number.isNaN(share) ? 'none' : share >= 1 ? 'good' : share <= 0 ? 'bad' : 'partly')) };
}

/** How often an alert fired: not at all is good, because rules were evaluated (the strip is only drawn for alerts that fired once). */
export function alertStrip(name: string, grid: readonly (number | undefined)[]): Strip {
  return { name, cells: grid.map((count) => (count === undefined || count === 0 ? 'none' : 'bad')) };
}

/** The rows with the newest trouble first; rows without any last, by name. */
export function worstFirst(strips: readonly Strip[]): Strip[] {
  const newest = (strip: Strip) => strip.cells.findLastIndex((cell) => cell === 'bad' || cell === 'partly');
  return [...strips].sort((a, b) => newest(b) - newest(a) || a.name.localeCompare(b.name));
}

/** What a strip says, in words, for those who do not see it. */
export function describe(strip: Strip, stepMs: number): string {
  const minutes = (cells: number) => Math.round((cells * stepMs) / 60_000);
  const bad = strip.cells.filter((cell) => cell === 'bad').length;
  const partly = strip.cells.filter((cell) => cell === 'partly').length;
  if (bad === 0 && partly === 0) return `${strip.name}: nothing wrong in the last hour`;
  const parts = [bad > 0 && `wrong for ${minutes(bad)} min`, partly > 0 && `partly wrong for ${minutes(partly)} min`].filter((part) => part !== false);
  return `${strip.name}: ${parts.join(', ')} of the last hour`;
}
