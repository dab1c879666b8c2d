import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { FakeServer } from '../../../testing/FakeServer';
import { show } from '../../../testing/show';
import { TargetsPage } from './TargetsPage';

const target = (scrapePool: string, instance: string, health: 'up' | 'down') => ({
  discoveredLabels: { __address__: instance }, labels: { job: scrapePool, instance }, scrapePool, scrapeUrl: `http://${instance}/metrics`, globalUrl: '', lastError: health === 'down' ? 'connection refused' : '',
  lastScrape: '0001-01-01T00:00:00Z', lastScrapeDuration: 0, health, scrapeInterval: '15s', scrapeTimeout: '10s',
});

const server = () => new FakeServer({
  'GET v1/targets': {
    activeTargets: [target('api', 'a:1', 'up'), target('db', 'd:1', 'up'), target('db', 'd:2', 'down')],
    droppedTargets: [{ discoveredLabels: { __address__: 'x:1' }, scrapePool: 'api' }], droppedTargetCounts: { api: 5 },
  },
  'GET v1/targets/relabel_steps': { steps: [{ rule: { action: 'drop', regex: 'x.*' }, output: {}, keep: false }] },
});

const pools = () => screen.getAllByRole('region').map((pool) => within(pool).getByRole('heading').textContent);
const view = (name: RegExp) => screen.findByRole('radio', { name });

it('has the pool with trouble first, counts in the views, and keeps the view in the address', async () => {
  server();
  const { user, address } = show(<TargetsPage />, '/targets');

  expect(await view(/All 3/)).toBeTruthy();
  expect(pools()).toEqual(['db', 'api']);
  await user.click(await view(/Down 1/));
  expect(pools()).toEqual(['db']);
  expect(screen.queryByText('d:1')).toBeNull();
  expect(address()).toBe('/targets?show=down');
  await user.click(await view(/All/));
  expect(address()).toBe('/targets');
});

it('filters by what is written, also from a link', async () => {
  server();
  const { user, address } = show(<TargetsPage />, '/targets?filter=refused');

  expect(await screen.findByText('d:2')).toBeTruthy();
  expect(pools()).toEqual(['db']);
  const field = screen.getByRole('textbox', { name: 'Filter targets' });
  await user.clear(field);
  await user.type(field, 'nowhere');
  expect(await screen.findByText('No target matches “nowhere”')).toBeTruthy();
  expect(address()).toBe('/targets?filter=nowhere');
});

it('tells at which step a target was dropped', async () => {
  const api = server();
  const { user } = show(<TargetsPage />, '/targets?show=dropped');

  await user.click(await screen.findByText('x:1'));

  expect(await screen.findByText('dropped here')).toBeTruthy();
  expect(screen.getByText('action: drop, regex: x.*')).toBeTruthy();
  expect(api.to('GET v1/targets/relabel_steps')[0]?.params.get('scrapePool')).toBe('api');
});
