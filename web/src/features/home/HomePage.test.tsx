import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { FakeServer } from '../../../testing/FakeServer';
import { show } from '../../../testing/show';
import { HomePage } from './HomePage';

const firing = { labels: { alertname: 'DiskFull', severity: 'critical' }, annotations: { summary: 'disk of db' }, state: 'firing', activeAt: '2026-11-30T10:00:00Z', value: '97' };
const target = { discoveredLabels: {}, labels: { job: 'db', instance: 'd:1' }, scrapePool: 'db', scrapeUrl: 'http://d:1/metrics', globalUrl: '', lastError: '', lastScrape: '', lastScrapeDuration: 0, health: 'up', scrapeInterval: '15s', scrapeTimeout: '10s' };

const server = () => new FakeServer({
  'GET v1/alerts': { alerts: [firing] },
  'GET v1/targets': { activeTargets: [target], droppedTargets: [] },
  'GET v1/status/findings': { findings: [] },
  'GET v1/alerting/routes': { isConfigured: true, route: null },
  'GET v2/alerts/groups': [],
  'POST v1/query_range': { resultType: 'matrix', result: [] },
});

const verdict = () => screen.findByRole('status', { name: 'Verdict' });

it('keeps the last truth when the server is gone, says of when it is, and takes the colour from it', async () => {
  const api = server();
  const { askAgain } = show(<HomePage />);
  expect((await verdict()).textContent).toContain('DiskFull is firing.');
  expect((await verdict()).dataset.status).toBe('firing');

  api.isGone = true;
  await askAgain();

  expect((await screen.findAllByText('No answer.')).length).toBeGreaterThan(0);
  expect((await verdict()).textContent).toMatch(/DiskFull is firing\.This was so at .*; since then the server does not answer\./);
  expect((await verdict()).dataset.status).toBe('unknown');
  expect(screen.getByRole('link', { name: 'DiskFull' })).toBeTruthy();
});

it('tells the truth of now as soon as the server is back', async () => {
  const api = server();
  const { askAgain } = show(<HomePage />);
  await verdict();
  api.isGone = true;
  await askAgain();
  await screen.findAllByText('No answer.');

  api.isGone = false;
  api.answer('GET v1/alerts', { alerts: [] });
  await askAgain();

  await waitFor(async () => expect((await verdict()).textContent).toContain('All is well: nothing is firing, the one target answers.As of'));
  expect((await verdict()).dataset.status).toBe('ok');
});

it('promises nothing before it has heard anything', async () => {
  const api = server();
  api.isGone = true;
  show(<HomePage />);

  expect((await screen.findAllByText('No answer.')).length).toBeGreaterThan(0);
  expect(screen.queryByRole('status', { name: 'Verdict' })).toBeNull();
});
