import type { Labels } from '../format/labels';
import { post } from './client';

/** Shapes of what queries answer, and how a page asks for series on its own account. Sample values are text, moments seconds. */

export interface Histogram {
  count: string;
  sum: string;
  buckets?: [number, string, string, string][];
}

export interface VectorSeries {
  metric: Labels;
  value?: [number, string];
  histogram?: [number, Histogram];
}

export interface MatrixSeries {
  metric: Labels;
  values?: [number, string][];
  histograms?: [number, Histogram][];
}

export interface QueryStats {
  timings?: { evalTotalTime?: number; execTotalTime?: number };
  samples?: { totalQueryableSamples?: number; peakSamples?: number };
}

export type QueryData = (
  | { resultType: 'vector'; result: VectorSeries[] }
  | { resultType: 'matrix'; result: MatrixSeries[] }
  | { resultType: 'scalar' | 'string'; result: [number, string] }
) & { stats?: QueryStats };

/** A query that a page asks for itself and that comes as a vector. */
export async function vector(expr: string, signal: AbortSignal): Promise<VectorSeries[]> {
  const answer = (await post<QueryData>('query', { query: expr }, signal)).data;
  return answer.resultType === 'vector' ? answer.result : [];
}

/** A query that a page asks for itself over a stretch of time. */
export async function matrix(expr: string, startMs: number, endMs: number, stepMs: number, signal: AbortSignal): Promise<MatrixSeries[]> {
  const answer = (await post<QueryData>('query_range', { query: expr, start: String(startMs / 1000), end: String(endMs / 1000), step: String(stepMs / 1000) }, signal)).data;
  return answer.resultType === 'matrix' ? answer.result : [];
}
