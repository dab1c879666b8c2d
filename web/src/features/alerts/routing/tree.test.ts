import { expect, it } from 'vitest';
import type { Route } from '../api';
import type { Way } from './api';
import { countRoutes, groupWords, ownSettings, timingSentence } from './tree';

const route = (more: Partial<Route> = {}): Route => ({ id: '0', receiver: 'r', matchers: [], continue: false, groupBy: ['alertname'], groupWait: 30, groupInterval: 300, repeatInterval: 14_400, ...more });

it('a route tells what differs from the one above, the root everything', () => {
  const root = route();
  expect(ownSettings(root, undefined)).toEqual({ groupBy: 'grouped by alertname', timing: 'waits 30\u00a0s, news every 5\u00a0min, repeats every 4\u00a0h' });
  expect(ownSettings(route({ id: '0/0' }), root)).toEqual({ groupBy: undefined, timing: undefined });
  expect(ownSettings(route({ groupBy: ['...'], repeatInterval: 60 }), root)).toEqual({ groupBy: 'each alert alone', timing: 'waits 30\u00a0s, news every 5\u00a0min, repeats every 1\u00a0min' });
});

it('no labels make one group', () => {
  expect([groupWords([]), groupWords(['a', 'b'])]).toEqual(['all alerts in one group', 'grouped by a, b']);
});

it('the timing reads as a sentence', () => {
  const way = { groupWait: 0, groupInterval: 0.5, repeatInterval: 3600 } as Way;
  expect(timingSentence(way)).toBe('The first notice comes at once, news at most every 500\u00a0ms; while it fires it is repeated every 1\u00a0h.');
});

it('counts the whole tree', () => {
  expect(countRoutes(route({ routes: [route({ routes: [route()] }), route()] }))).toBe(4);
});
