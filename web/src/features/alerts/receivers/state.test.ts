import { expect, it } from 'vitest';
import type { Integration, Receiver } from './api';
import { integrationTitle, receiverState, sortReceivers } from './state';

const integration = (state: Integration['state'], name = 'slack', index = 0): Integration => ({ name, index, sendResolved: true, state, sent: 0, failed: 0 });
const receiver = (name: string, states: Integration['state'][], isUsed = true): Receiver => ({ name, isUsed, integrations: states.map((state) => integration(state)) });

it('a receiver stands as its worst integration', () => {
  expect([['ok', 'failing', 'untried'], ['ok', 'untried'], ['unable', 'failing'], ['ok'], []].map((states) => receiverState(receiver('r', states as Integration['state'][])).word)).toEqual(
    ['failing', 'never tried', 'unable', 'works', 'sends nothing']);
});

it('trouble stands first, what no route names last', () => {
  const sorted = sortReceivers([receiver('b', ['ok']), receiver('z', ['failing'], false), receiver('a', ['ok']), receiver('c', ['failing']), receiver('d', []), receiver('e', ['unable'])]);
  expect(sorted.map((one) => one.name)).toEqual(['e', 'c', 'a', 'b', 'd', 'z']);
});

it('integrations of the same kind are told apart by number', () => {
  const all = [integration('ok', 'slack', 0), integration('ok', 'slack', 1), integration('ok', 'email', 0)];
  expect(all.map((one) => integrationTitle(one, all))).toEqual(['slack 1', 'slack 2', 'email']);
});
