import { queryOptions } from '@tanstack/react-query';
import { getData, watchMs } from '../../../api/client';
import type { Labels } from '../../../format/labels';

/** The ways that an alert would take. */

/** One route that an alert would take. */
export interface Way {
  route: string;
  path: string[];
  receiver: string;
  groupLabels: Labels;
  groupBy: string[];
  groupWait: number;
  groupInterval: number;
  repeatInterval: number;
  mutedBy?: string[];
}

export interface WayTest {
  labels: Labels;
  ways: Way[];
  silencedBy?: string[];
  inhibitedBy?: string[];
}

export const wayQuery = (labels: string) =>
  queryOptions({
    queryKey: ['alerting', 'way', labels],
    queryFn: ({ signal }) => getData<WayTest>('alerting/routes/test', { labels }, signal),
    enabled: labels.trim() !== '',
    retry: false,
    refetchInterval: watchMs * 6,
  });
