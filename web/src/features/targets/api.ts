import { queryOptions } from '@tanstack/react-query';
import { getData, getIfOffered, watchMs } from '../../api/client';
import type { Labels } from '../../format/labels';

/** What is scraped, what relabelling left out, and how the labels came about. */

export interface Target {
  discoveredLabels: Labels;
  labels: Labels;
  scrapePool: string;
  scrapeUrl: string;
  globalUrl: string;
  lastError: string;
  lastScrape: string;
  lastScrapeDuration: number;
  health: 'up' | 'down' | 'unknown';
  scrapeInterval: string;
  scrapeTimeout: string;
}

export interface DroppedTarget {
  discoveredLabels: Labels;
  scrapePool?: string;
}

export interface Targets {
  activeTargets: Target[];
  droppedTargets: DroppedTarget[];
  droppedTargetCounts?: Record<string, number> | null;
}

export interface RelabelStep {
  rule: Record<string, unknown>;
  output: Labels;
  keep: boolean;
}

export const targetsQuery = queryOptions({
  queryKey: ['targets'],
  queryFn: ({ signal }) => getData<Targets>('targets', { state: 'any' }, signal),
  refetchInterval: watchMs,
});

export const relabelStepsQuery = (scrapePool: string, discovered: Record<string, string>) =>
  queryOptions({
    queryKey: ['relabel-steps', scrapePool, discovered],
    queryFn: ({ signal }) => getIfOffered<{ steps: RelabelStep[] | null }>('targets/relabel_steps', { scrapePool, labels: JSON.stringify(discovered) }, signal),
    staleTime: 60_000,
  });
