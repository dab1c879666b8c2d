import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiError, getData, getV2, watchMs } from '../../api/client';
import type { Labels } from '../../format/labels';

/**
 * What happens to alerts after their rule: Alertmanager's API v2, and our own `alerting/…` for what that API lacks.
 * Silences, receivers, ways and the ledger have theirs beside their parts.
 */

/** An alert as Alertmanager's API tells it. */
export interface RoutedAlert {
  labels: Labels;
  annotations: Labels;
  startsAt: string;
  endsAt: string;
  updatedAt: string;
  fingerprint: string;
  generatorURL?: string;
  receivers: { name: string }[];
  status: { state: 'active' | 'suppressed' | 'unprocessed'; silencedBy: string[]; inhibitedBy: string[]; mutedBy: string[] };
}

export interface AlertGroup {
  labels: Labels;
  receiver: { name: string };
  alerts: RoutedAlert[];
}

export interface Route {
  /** Its place in the tree: "0", below it "0/0", "0/1". */
  id: string;
  line?: number;
  receiver: string;
  matchers: string[];
  continue: boolean;
  groupBy: string[];
  /** In seconds, as are the next two; inherited where the file says nothing. */
  groupWait: number;
  groupInterval: number;
  repeatInterval: number;
  muteTimeIntervals?: string[];
  activeTimeIntervals?: string[];
  /** The intervals because of which it sends nothing right now. */
  mutedBy?: string[];
  routes?: Route[];
}

export interface RoutingTree {
  isConfigured: boolean;
  file?: string;
  route: Route | null;
  timeIntervals?: { name: string; isActive: boolean }[];
}

/** Asked first by every page of the section: without an alertmanager.yml there is nothing for them to show. */
export const routingQuery = queryOptions({
  queryKey: ['alerting', 'routes'],
  queryFn: async ({ signal }): Promise<RoutingTree> => {
    try {
      return await getData<RoutingTree>('alerting/routes', {}, signal);
    } catch (error) {
      // A server without this room.
      if (error instanceof ApiError && error.status === 404) return { isConfigured: false, route: null };
      throw error;
    }
  },
  refetchInterval: watchMs * 2,
});

/** `filters` are matchers as they are written; `receiver` is a name, empty for all. */
export const groupsQuery = (filters: readonly string[], receiver: string) =>
  queryOptions({
    queryKey: ['alertmanager', 'groups', filters, receiver],
    queryFn: ({ signal }) => getV2<AlertGroup[]>('alerts/groups', { filter: [...filters], ...(receiver !== '' && { receiver: literally(receiver) }) }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: watchMs,
  });

/** Everything that the matchers select, whatever its state: what a silence would hold back. */
export const matchingQuery = (filters: readonly string[]) =>
  queryOptions({
    queryKey: ['alertmanager', 'alerts', filters],
    queryFn: ({ signal }) => getV2<RoutedAlert[]>('alerts', { filter: [...filters] }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: watchMs,
  });

/** Alerts in their groups where this server routes; none from one that does not. For pages that are about other things. */
export const groupsIfRoutedQuery = queryOptions({
  ...groupsQuery([], ''),
  queryFn: async ({ signal }) => {
    try {
      return await getV2<AlertGroup[]>('alerts/groups', {}, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  },
});

/** The API takes receivers as an expression over the whole name. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
