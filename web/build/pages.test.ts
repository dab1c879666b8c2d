import { expect, it } from 'vitest';
import { servedAddresses } from './pages.ts';

it('the server is told every page, what lies below it, and the addresses that moved', () => {
  expect(servedAddresses()).toEqual([
    '/', '/explore', '/alerts', '/alerts/{part}', '/alerts/silences/{id}', '/rules', '/targets', '/status', '/status/{part}',
    '/graph', '/query', '/config', '/flags', '/tsdb-status', '/service-discovery',
  ]);
});
