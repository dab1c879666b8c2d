import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Answer, ApiError, get, post } from './client';
import type { Alert, Block, Cardinality, Finding, MatrixSeries, MetricMetadata, QueryData, RelabelStep, RuleGroup, RuntimeFacts, Storage, Targets, VectorSeries } from './types';

/** How often a page that watches asks again. Scrapes and rules come every 15 s or so; this is soon enough to see each. */
const watchMs = 5_000;

const data = <T>(answer: Answer<T>): T => answer.data;

/** Facts that older servers do not offer: nothing rather than a fault, so that the page shows the rest. */
async function ifOffered<T>(answer: Promise<Answer<T>>): Promise<T | null> {
  try {
    return (await answer).data;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: async ({ signal }) => data(await get<{ alerts: Alert[] }>('alerts', {}, signal)).alerts,
  refetchInterval: watchMs,
});

export const ruleGroupsQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: async ({ signal }) => data(await get<{ groups: RuleGroup[] }>('rules', {}, signal)).groups,
  refetchInterval: watchMs,
});

export const targetsQuery = queryOptions({
  queryKey: ['targets'],
  queryFn: async ({ signal }) => data(await get<Targets>('targets', { state: 'any' }, signal)),
  refetchInterval: watchMs,
});

export const relabelStepsQuery = (scrapePool: string, discovered: Record<string, string>) =>
  queryOptions({
    queryKey: ['relabel-steps', scrapePool, discovered],
    queryFn: ({ signal }) => ifOffered(get<{ steps: RelabelStep[] | null }>('targets/relabel_steps', { scrapePool, labels: JSON.stringify(discovered) }, signal)),
    staleTime: 60_000,
  });

export const runtimeQuery = queryOptions({
  queryKey: ['status', 'runtimeinfo'],
  queryFn: async ({ signal }) => data(await get<RuntimeFacts>('status/runtimeinfo', {}, signal)),
  refetchInterval: watchMs * 2,
});

export const buildQuery = queryOptions({
  queryKey: ['status', 'buildinfo'],
  queryFn: async ({ signal }) => data(await get<Record<string, string>>('status/buildinfo', {}, signal)),
  staleTime: Infinity,
});

export const configQuery = queryOptions({
  queryKey: ['status', 'config'],
  queryFn: async ({ signal }) => data(await get<{ yaml: string }>('status/config', {}, signal)).yaml,
});

export const flagsQuery = queryOptions({
  queryKey: ['status', 'flags'],
  queryFn: async ({ signal }) => data(await get<Record<string, string>>('status/flags', {}, signal)),
});

export const cardinalityQuery = queryOptions({
  queryKey: ['status', 'tsdb'],
  queryFn: async ({ signal }) => data(await get<Cardinality>('status/tsdb', { limit: '20' }, signal)),
  refetchInterval: watchMs * 6,
});

export const storageQuery = queryOptions({
  queryKey: ['status', 'storage'],
  queryFn: ({ signal }) => ifOffered(get<Storage>('status/storage', {}, signal)),
  refetchInterval: watchMs,
});

export const blocksQuery = queryOptions({
  queryKey: ['status', 'blocks'],
  queryFn: async ({ signal }) => (await ifOffered(get<{ blocks: Block[] | null }>('status/tsdb/blocks', {}, signal)))?.blocks ?? null,
  refetchInterval: watchMs * 6,
});

export const findingsQuery = queryOptions({
  queryKey: ['status', 'findings'],
  queryFn: async ({ signal }) => (await ifOffered(get<{ findings: Finding[] | null }>('status/findings', {}, signal)))?.findings ?? [],
  refetchInterval: watchMs * 2,
});

/** One expression at one moment (milliseconds; undefined is now). */
export const instantQuery = (expr: string, atMs: number | undefined, run: number) =>
  queryOptions({
    queryKey: ['query', expr, atMs ?? 'now', run],
    queryFn: ({ signal }) => post<QueryData>('query', { query: expr, stats: 'all', ...(atMs !== undefined && { time: String(atMs / 1000) }) }, signal),
    enabled: expr.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
  });

/** One expression over a stretch of time. All in milliseconds, both ends inclusive, as the API has it. */
export const rangeQuery = (expr: string, startMs: number, endMs: number, stepMs: number) =>
  queryOptions({
    queryKey: ['query_range', expr, startMs, endMs, stepMs],
    queryFn: ({ signal }) =>
      post<QueryData>('query_range', { query: expr, start: String(startMs / 1000), end: String(endMs / 1000), step: String(stepMs / 1000), stats: 'all' }, signal),
    enabled: expr.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
  });

/** A query that a page asks for itself and that comes as a vector. */
export async function vector(expr: string, signal: AbortSignal): Promise<VectorSeries[]> {
  const answer = data(await post<QueryData>('query', { query: expr }, signal));
  return answer.resultType === 'vector' ? answer.result : [];
}

/** A query that a page asks for itself over a stretch of time. */
export async function matrix(expr: string, startMs: number, endMs: number, stepMs: number, signal: AbortSignal): Promise<MatrixSeries[]> {
  const answer = data(
    await post<QueryData>('query_range', { query: expr, start: String(startMs / 1000), end: String(endMs / 1000), step: String(stepMs / 1000) }, signal));
  return answer.resultType === 'matrix' ? answer.result : [];
}

/** The expression in canonical layout, as the server prints it. Throws the syntax error. */
export async function formatExpression(expr: string): Promise<string> {
  return data(await post<string>('format_query', { query: expr }));
}

/** Nothing when the expression parses, else the server's message with its position. */
export async function syntaxFault(expr: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    await post<unknown>('parse_query', { query: expr }, signal);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'bad_data') return error.message;
    throw error;
  }
}

/** Type and help of one metric; undefined when no target told them. */
export async function metadataOf(metric: string): Promise<MetricMetadata | undefined> {
  return data(await get<Record<string, MetricMetadata[]>>('metadata', { metric, limit: '1' }))[metric]?.[0];
}
