import { queryOptions } from '@tanstack/react-query';
import { getData, getIfOffered, watchMs } from '../../api/client';

/** The server about itself. */

export interface RuntimeFacts {
  startTime: string;
  CWD: string;
  reloadConfigSuccess: boolean;
  lastConfigTime: string;
  corruptionCount: number;
  storageRetention: string;
  [more: string]: string | number | boolean;
}

export interface NameValue {
  name: string;
  value: number;
}

export interface Cardinality {
  headStats: { numSeries: number; numLabelPairs: number; chunkCount: number; minTime: number; maxTime: number };
  seriesCountByMetricName: NameValue[];
  labelValueCountByLabelName: NameValue[];
  memoryInBytesByLabelName: NameValue[];
  seriesCountByLabelValuePair: NameValue[];
}

/** What the store holds. `bytes` is all of it: blocks, log and what lies under the memory. */
export interface Storage {
  series: number;
  samplesInBlocks: number;
  blockBytes: number;
  bytes: number;
  blocks: number;
  minTime: number;
  maxTime: number;
  samplesPerSecond: number;
}

export interface Block {
  ulid: string;
  minTime: number;
  maxTime: number;
  stats?: { numSamples?: number; numSeries?: number; numChunks?: number };
  compaction?: { level?: number };
  size?: number;
}

export interface Finding {
  severity: 'error' | 'warning' | 'info';
  where: string;
  message: string;
  mend?: string;
}

export const runtimeQuery = queryOptions({
  queryKey: ['status', 'runtimeinfo'],
  queryFn: ({ signal }) => getData<RuntimeFacts>('status/runtimeinfo', {}, signal),
  refetchInterval: watchMs * 2,
});

export const buildQuery = queryOptions({
  queryKey: ['status', 'buildinfo'],
  queryFn: ({ signal }) => getData<Record<string, string>>('status/buildinfo', {}, signal),
  staleTime: Infinity,
});

export const configQuery = queryOptions({
  queryKey: ['status', 'config'],
  queryFn: async ({ signal }) => (await getData<{ yaml: string }>('status/config', {}, signal)).yaml,
});

export const flagsQuery = queryOptions({
  queryKey: ['status', 'flags'],
  queryFn: ({ signal }) => getData<Record<string, string>>('status/flags', {}, signal),
});

export const cardinalityQuery = queryOptions({
  queryKey: ['status', 'tsdb'],
  queryFn: ({ signal }) => getData<Cardinality>('status/tsdb', { limit: '20' }, signal),
  refetchInterval: watchMs * 6,
});

export const storageQuery = queryOptions({
  queryKey: ['status', 'storage'],
  queryFn: ({ signal }) => getIfOffered<Storage>('status/storage', {}, signal),
  refetchInterval: watchMs,
});

export const blocksQuery = queryOptions({
  queryKey: ['status', 'blocks'],
  queryFn: async ({ signal }) => (await getIfOffered<{ blocks: Block[] | null }>('status/tsdb/blocks', {}, signal))?.blocks ?? null,
  refetchInterval: watchMs * 6,
});

export const findingsQuery = queryOptions({
  queryKey: ['status', 'findings'],
  queryFn: async ({ signal }) => (await getIfOffered<{ findings: Finding[] | null }>('status/findings', {}, signal))?.findings ?? [],
  refetchInterval: watchMs * 2,
});
