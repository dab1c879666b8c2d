import { queryOptions } from '@tanstack/react-query';
import { deleteV2, getV2, postV2, watchMs } from '../../../api/client';
import type { Matcher } from '../../../format/matchers';

/** Silences, by Alertmanager's API v2. */

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

/** A silence to be made; with an id it takes the place of that one. */
export interface PostableSilence {
  id?: string;
  matchers: Matcher[];
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
}

export const silencesQuery = queryOptions({
  queryKey: ['alertmanager', 'silences'],
  queryFn: ({ signal }) => getV2<Silence[]>('silences', {}, signal),
  refetchInterval: watchMs,
});

/** Makes or changes a silence; the answer is the id of the one that is now in force. */
export async function postSilence(silence: PostableSilence): Promise<string> {
  return (await postV2<{ silenceID: string }>('silences', silence)).silenceID;
}

export async function expireSilence(id: string): Promise<void> {
  await deleteV2(`silence/${id}`);
}
