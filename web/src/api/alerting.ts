import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Answer, ApiError, get, getV2, post } from './client';
import type { Labels } from './types';

/** Shapes and queries of what happens to alerts after their rule: Alertmanager's API v2, and our own `alerting/…` for what that API lacks. */

export interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

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

export interface Silence {
  id: string;
  status: { state: 'active' | 'pending' | 'expired' };
  matchers: Matcher[];
  startsAt: string;
  endsAt: string;
  updatedAt: string;
  createdBy: string;
  comment: string;
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

/** What a receiver, or one integration of it, was last shown to do. It outlives restarts. */
export interface Proof {
  at: string;
  kind: 'test' | 'drill' | 'notification';
  isOk: boolean;
  /** When its service last took something; absent: never yet. */
  provenAt?: string;
  detail?: string;
}

export interface Integration {
  name: string;
  index: number;
  sendResolved: boolean;
  state: 'ok' | 'failing' | 'unable' | 'untried';
  reason?: string;
  lastAttempt?: string;
  lastSuccess?: string;
  lastDuration?: number;
  sent: number;
  failed: number;
  lastProof?: Proof;
}

export interface Receiver {
  name: string;
  isUsed: boolean;
  integrations: Integration[];
  /** As good as its weakest integration; absent: one of them was never tried. */
  lastProof?: Proof;
}

export interface Drill {
  at: string;
  /** Absent: it is under way, or the server ended in the middle of it. */
  ended?: string;
  isOk: boolean;
  tried: number;
  faults: string[];
}

export interface Drills {
  isConfigured: boolean;
  everyDays?: number;
  /** Absent: all that a route leads to. */
  receivers?: string[];
  next?: string;
  isRunning: boolean;
  /** Newest first. */
  held: Drill[];
}

export interface ReceiverTest {
  receiver: string;
  at: string;
  results: { integration: string; index: number; isOk: boolean; status?: number; reason?: string; duration: number }[];
}

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

const watchMs = 5_000;

const data = <T>(answer: Answer<T>): T => answer.data;

/** Asked first by every page of the section: without an alertmanager.yml there is nothing for them to show. */
export const routingQuery = queryOptions({
  queryKey: ['alerting', 'routes'],
  queryFn: async ({ signal }): Promise<RoutingTree> => {
    try {
      return data(await get<RoutingTree>('alerting/routes', {}, signal));
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

export const silencesQuery = queryOptions({
  queryKey: ['alertmanager', 'silences'],
  queryFn: ({ signal }) => getV2<Silence[]>('silences', {}, signal),
  refetchInterval: watchMs,
});

export const wayQuery = (labels: string) =>
  queryOptions({
    queryKey: ['alerting', 'way', labels],
    queryFn: async ({ signal }) => data(await get<WayTest>('alerting/routes/test', { labels }, signal)),
    enabled: labels.trim() !== '',
    retry: false,
    refetchInterval: watchMs * 6,
  });

export const receiversQuery = queryOptions({
  queryKey: ['alerting', 'receivers'],
  queryFn: async ({ signal }) => data(await get<{ receivers: Receiver[] }>('alerting/receivers', {}, signal)).receivers,
  refetchInterval: watchMs,
});

export const drillsQuery = queryOptions({
  queryKey: ['alerting', 'drills'],
  queryFn: async ({ signal }) => data(await get<Drills>('alerting/drills', {}, signal)),
  refetchInterval: watchMs * 2,
});

export interface Heartbeats {
  /** Why alerts would not arrive now; empty: they would. */
  pipelineFaults: string[];
  sent: { host: string; every: number; last?: string; fault?: string }[];
  expected: { name: string; every: number; grace: number; last?: string; due: string; missingSince?: string }[];
}

export const heartbeatsQuery = queryOptions({
  queryKey: ['alerting', 'heartbeats'],
  queryFn: async ({ signal }) => data(await get<Heartbeats>('alerting/heartbeats', {}, signal)),
  refetchInterval: watchMs,
});

export async function testReceiver(name: string): Promise<ReceiverTest> {
  return data(await post<ReceiverTest>(`alerting/receivers/${encodeURIComponent(name)}/test`, {}));
}

/** Answers when the drill has ended. */
export async function holdDrill(): Promise<Drill> {
  return data(await post<Drill>('alerting/drills/hold', {}));
}

/** Moments in milliseconds; an open end is now. */
export const ledgerQuery = (rangeMs: number, endMs: number | undefined, filters: readonly string[], receiver: string) =>
  queryOptions({
    queryKey: ['alerting', 'ledger', rangeMs, endMs, filters, receiver],
    queryFn: async ({ signal }) => {
      const until = endMs ?? Date.now();
      return data(await get<Ledger>('alerting/ledger', {
        start: String((until - rangeMs) / 1000), end: String(until / 1000), filter: [...filters], ...(receiver !== '' && { receiver }), limit: '500',
      }, signal));
    },
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: endMs === undefined ? watchMs : false,
  });

export const whyQuery = (filters: readonly string[], atMs: number | undefined) =>
  queryOptions({
    queryKey: ['alerting', 'why', filters, atMs],
    queryFn: async ({ signal }) => data(await get<Why>('alerting/why', { filter: [...filters], ...(atMs !== undefined && { at: String(atMs / 1000) }) }, signal)),
    enabled: filters.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: atMs === undefined ? watchMs : false,
  });

/** The API takes receivers as an expression over the whole name. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
