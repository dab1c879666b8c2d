import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getData, watchMs } from '../../../api/client';
import type { Labels } from '../../../format/labels';

/** Each step of an alert's way, and the answer to why somebody was paged or not. */

/** One step of an alert's way. */
export interface LedgerRow {
  id: string | number;
  at: string;
  step: string;
  outcome: 'ok' | 'held' | 'failed' | 'note';
  text: string;
  fingerprint: string;
  labels: Labels;
  receiver?: string;
  integration?: string;
  groupKey?: string;
  reason?: string;
  status?: number;
}

export interface Ledger {
  rows: LedgerRow[];
  isCut: boolean;
}

export interface Why {
  isPaged: boolean;
  reason?: string;
  sentence: string;
  mend?: string;
  alert?: { labels: Labels; fingerprint: string };
  steps?: LedgerRow[];
}

/** Moments in milliseconds; an open end is now. */
export const ledgerQuery = (rangeMs: number, endMs: number | undefined, filters: readonly string[], receiver: string) =>
  queryOptions({
    queryKey: ['alerting', 'ledger', rangeMs, endMs, filters, receiver],
    queryFn: ({ signal }) => {
      const until = endMs ?? Date.now();
      return getData<Ledger>('alerting/ledger', {
        start: String((until - rangeMs) / 1000), end: String(until / 1000), filter: [...filters], ...(receiver !== '' && { receiver }), limit: '500',
      }, signal);
    },
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: endMs === undefined ? watchMs : false,
  });

export const whyQuery = (filters: readonly string[], atMs: number | undefined) =>
  queryOptions({
    queryKey: ['alerting', 'why', filters, atMs],
    queryFn: ({ signal }) => getData<Why>('alerting/why', { filter: [...filters], ...(atMs !== undefined && { at: String(atMs / 1000) }) }, signal),
    enabled: filters.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: atMs === undefined ? watchMs : false,
  });
