import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiError, getData, post } from '../../api/client';
import type { QueryData } from '../../api/series';

/** Queries that somebody writes, and what helps to write them. */

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

/** The expression in canonical layout, as the server prints it. Throws the syntax error. */
export async function formatExpression(expr: string): Promise<string> {
  return (await post<string>('format_query', { query: expr })).data;
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

export interface MetricMetadata {
  type: string;
  help: string;
  unit: string;
}

/** Type and help of one metric; undefined when no target told them. */
export async function metadataOf(metric: string): Promise<MetricMetadata | undefined> {
  return (await getData<Record<string, MetricMetadata[]>>('metadata', { metric, limit: '1' }))[metric]?.[0];
}
