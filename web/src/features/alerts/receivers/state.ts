import type { Status } from '../../../ui/StatusMark';
import type { Integration, Receiver } from './api';

/** A sign, a word to stand alone, and the end of a sentence about it. */
export interface Look {
  status: Status;
  word: string;
  says: string;
}

/** How one integration of a receiver stands. */
export const integrationLook: Record<Integration['state'], Look> = {
  unable: { status: 'down', word: 'unable', says: 'is unable to send' },
  failing: { status: 'firing', word: 'failing', says: 'is failing' },
  untried: { status: 'unknown', word: 'never tried', says: 'was never tried' },
  ok: { status: 'ok', word: 'works', says: 'works' },
};

const worstFirst = ['unable', 'failing', 'untried', 'ok'] as const;

/** A receiver stands as its worst integration does. One without integrations keeps silent, by intention or not. */
export function receiverState({ integrations }: Receiver): Look {
  const worst = worstFirst.find((state) => integrations.some((one) => one.state === state));
  return worst === undefined ? { status: 'held', word: 'sends nothing', says: 'tells nobody' } : integrationLook[worst];
}

/** Those with trouble first; those that no route names last; then by name. */
export function sortReceivers(receivers: readonly Receiver[]): Receiver[] {
  const rank = (receiver: Receiver) => (['down', 'firing', 'unknown', 'ok', 'held'] as Status[]).indexOf(receiverState(receiver).status);
  return [...receivers].sort((a, b) => Number(b.isUsed) - Number(a.isUsed) || rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** "slack" when it is the only one of its kind in the receiver, else "slack 2". */
export function integrationTitle(integration: { name: string; index: number }, all: readonly { name: string }[]): string {
  return all.filter((one) => one.name === integration.name).length > 1 ? `${integration.name} ${integration.index + 1}` : integration.name;
}
