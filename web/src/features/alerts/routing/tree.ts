import { formatLasting } from '../../../format/time';
import type { Route } from '../api';
import type { Way } from './api';

/** What a route sets apart from the one above it; the root tells everything. */
export interface OwnSettings {
  groupBy: string | undefined;
  timing: string | undefined;
}

export function ownSettings(route: Route, parent: Route | undefined): OwnSettings {
  const isSame = (name: 'groupWait' | 'groupInterval' | 'repeatInterval') => parent !== undefined && parent[name] === route[name];
  return {
    groupBy: parent !== undefined && JSON.stringify(parent.groupBy) === JSON.stringify(route.groupBy) ? undefined : groupWords(route.groupBy),
    timing: isSame('groupWait') && isSame('groupInterval') && isSame('repeatInterval') ? undefined : `waits ${lasting(route.groupWait)}, news every ${lasting(route.groupInterval)}, repeats every ${lasting(route.repeatInterval)}`,
  };
}

export function groupWords(groupBy: readonly string[]): string {
  if (groupBy.length === 0) return 'all alerts in one group';
  return groupBy.includes('...') ? 'each alert alone' : `grouped by ${groupBy.join(', ')}`;
}

/** "The first notice comes after 30 s, news at most every 5 min, and it is repeated every 4 h." */
export function timingSentence(way: Way): string {
  const first = way.groupWait === 0 ? 'The first notice comes at once' : `The first notice comes after ${lasting(way.groupWait)}`;
  return `${first}, news at most every ${lasting(way.groupInterval)}; while it fires it is repeated every ${lasting(way.repeatInterval)}.`;
}

const lasting = (seconds: number) => (seconds > 0 && seconds < 1 ? `${Math.round(seconds * 1000)}\u00a0ms` : formatLasting(seconds * 1000));

/** All routes below and including this one. */
export function countRoutes(route: Route): number {
  return (route.routes ?? []).reduce((sum, one) => sum + countRoutes(one), 1);
}
