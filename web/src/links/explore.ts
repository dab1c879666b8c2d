import { parseDuration, parseInstant, printDuration } from '../format/time';
import { explorePage, withSearch } from './links';

/** What a link to Explore holds: everything that decides what is shown. */
export interface ExploreState {
  queries: string[];
  tab: 'graph' | 'table';
  rangeMs: number;
  /** Inclusive end of the graph and the moment of the table; undefined is now. */
  endMs: number | undefined;
  /** Undefined: chosen from the range. */
  stepMs: number | undefined;
  stacked: boolean;
  /** Undefined: only when asked. */
  refreshMs: number | undefined;
}

export const queriesAtMost = 6;
const defaultRangeMs = 3_600_000;
/** Fifty years. */
export const rangeAtMostMs = 50 * 31_536_000_000;

/** Reads the part of Explore's address after "?". What cannot be read is as if it were not there: a mangled link still opens. */
export function readExplore(search: string): ExploreState {
  const params = new URLSearchParams(search);
  const queries = params.getAll('q').slice(0, queriesAtMost);
  return {
    queries: queries.length === 0 ? [''] : queries,
    tab: params.get('tab') === 'table' ? 'table' : 'graph',
    rangeMs: Math.min(parseDuration(params.get('range') ?? '') ?? defaultRangeMs, rangeAtMostMs),
    endMs: parseInstant(params.get('end') ?? ''),
    stepMs: parseDuration(params.get('step') ?? ''),
    stacked: params.get('stacked') === '1',
    refreshMs: parseDuration(params.get('refresh') ?? ''),
  };
}

/** Writes what {@link readExplore} reads; what has its usual value is left out, so that links stay short. */
export function exploreAddress(state: ExploreState): string {
  const params = new URLSearchParams();
  if (state.queries.length > 1 || state.queries[0] !== '') for (const query of state.queries) params.append('q', query);
  if (state.tab !== 'graph') params.set('tab', state.tab);
  if (state.rangeMs !== defaultRangeMs) params.set('range', printDuration(state.rangeMs));
  if (state.endMs !== undefined) params.set('end', String(state.endMs / 1000));
  if (state.stepMs !== undefined) params.set('step', printDuration(state.stepMs));
  if (state.stacked) params.set('stacked', '1');
  if (state.refreshMs !== undefined) params.set('refresh', printDuration(state.refreshMs));
  return withSearch(explorePage, params.toString());
}

/** A query on Explore, for links on other pages. */
export function exploreLink(query: string, tab: 'graph' | 'table' = 'graph'): string {
  return exploreAddress({ ...readExplore(''), queries: [query], tab });
}
