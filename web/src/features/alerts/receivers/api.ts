import { queryOptions } from '@tanstack/react-query';
import { getData, post, watchMs } from '../../../api/client';

/** Who is told, whether that was ever shown to work, and the pulse of the alerting itself. */

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

export interface Heartbeats {
  /** Why alerts would not arrive now; empty: they would. */
  pipelineFaults: string[];
  sent: { host: string; every: number; last?: string; fault?: string }[];
  expected: { name: string; every: number; grace: number; last?: string; due: string; missingSince?: string }[];
}

export const receiversQuery = queryOptions({
  queryKey: ['alerting', 'receivers'],
  queryFn: async ({ signal }) => (await getData<{ receivers: Receiver[] }>('alerting/receivers', {}, signal)).receivers,
  refetchInterval: watchMs,
});

export const drillsQuery = queryOptions({
  queryKey: ['alerting', 'drills'],
  queryFn: ({ signal }) => getData<Drills>('alerting/drills', {}, signal),
  refetchInterval: watchMs * 2,
});

export const heartbeatsQuery = queryOptions({
  queryKey: ['alerting', 'heartbeats'],
  queryFn: ({ signal }) => getData<Heartbeats>('alerting/heartbeats', {}, signal),
  refetchInterval: watchMs,
});

export async function testReceiver(name: string): Promise<ReceiverTest> {
  return (await post<ReceiverTest>(`alerting/receivers/${encodeURIComponent(name)}/test`, {})).data;
}

/** Answers when the drill has ended. */
export async function holdDrill(): Promise<Drill> {
  return (await post<Drill>('alerting/drills/hold', {})).data;
}
