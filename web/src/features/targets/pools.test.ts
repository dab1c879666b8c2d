import { expect, it } from 'vitest';
import type { Target, Targets } from './api';
import { changesOf, poolsOf } from './pools';

const target = (scrapePool: string, instance: string, health: Target['health']): Target => ({
  discoveredLabels: {}, labels: { job: scrapePool, instance }, scrapePool, scrapeUrl: `http://${instance}/metrics`, globalUrl: '', lastError: health === 'down' ? 'connection refused' : '', lastScrape: '', lastScrapeDuration: 0, health, scrapeInterval: '15s', scrapeTimeout: '10s',
});

const facts: Targets = {
  activeTargets: [target('api', 'a:1', 'up'), target('db', 'd:1', 'up'), target('db', 'd:2', 'down'), target('db', 'd:3', 'unknown')],
  droppedTargets: [{ discoveredLabels: { __address__: 'x:1', job: 'api' }, scrapePool: 'api' }],
  droppedTargetCounts: { api: 5, db: 0, gone: 2 },
};

const shape = (pools: ReturnType<typeof poolsOf>) => pools.map((pool) => [pool.name, pool.targets.map((one) => one.labels.instance), pool.up, pool.down, pool.droppedCount]);

it('pools with trouble come first, and so do targets that are down', () => {
  expect(shape(poolsOf(facts, '', 'all'))).toEqual([['db', ['d:2', 'd:3', 'd:1'], 1, 1, 0], ['api', ['a:1'], 1, 0, 5], ['gone', [], 0, 0, 2]]);
});

it('a target of which not everything is stored comes before those that are well', () => {
  const losing = { ...target('api', 'b:1', 'up'), lastError: 'the store did not take 3 series' };
  expect(shape(poolsOf({ ...facts, activeTargets: [...facts.activeTargets, losing] }, '', 'all'))[1]).toEqual(['api', ['b:1', 'a:1'], 2, 0, 5]);
});

it('the filter looks at labels, address and error; counts stay those of the pool', () => {
  expect(shape(poolsOf(facts, 'refused', 'all'))).toEqual([['db', ['d:2'], 1, 1, 0]]);
  expect(shape(poolsOf(facts, 'x:1', 'all'))).toEqual([['api', [], 1, 0, 5]]);
});

it('only those down, or only those dropped', () => {
  expect(shape(poolsOf(facts, '', 'down'))).toEqual([['db', ['d:2'], 1, 1, 0]]);
  expect(shape(poolsOf(facts, '', 'dropped'))).toEqual([['api', [], 1, 0, 5]]);
});

it('relabelling steps are shown as what they changed', () => {
  const steps = [
    { rule: { action: 'replace', source_labels: ['__address__'], regex: '(.*):.*', target_label: 'host', replacement: '$1', separator: ';' }, output: { __address__: 'a:1', host: 'a' }, keep: true },
    { rule: { action: 'labeldrop', regex: 'host' }, output: { __address__: 'a:1' }, keep: true },
    { rule: { action: 'drop', source_labels: ['__address__'], regex: 'a.*' }, output: {}, keep: false },
  ];
  expect(changesOf({ __address__: 'a:1' }, steps)).toEqual([
    { text: 'source_labels: [__address__], regex: (.*):.*, target_label: host', added: { host: 'a' }, removed: [], keep: true },
    { text: 'action: labeldrop, regex: host', added: {}, removed: ['host'], keep: true },
    { text: 'action: drop, source_labels: [__address__], regex: a.*', added: {}, removed: [], keep: false },
  ]);
});
