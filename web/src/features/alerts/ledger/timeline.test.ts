import { expect, it } from 'vitest';
import type { LedgerRow } from './api';
import { byDay, clockOf, foldFailures, groupLabels, stepTitle } from './timeline';

const at = (day: number, hour: number, ms = 0): LedgerRow => ({ id: `${day} ${hour}`, at: new Date(2026, 10, day, hour, 5, 9, ms).toISOString(), step: 'route', outcome: 'ok', text: '', fingerprint: '', labels: {} });

it('rows stand under their day, in their order', () => {
  const days = byDay([at(21, 3), at(21, 1), at(20, 23), at(12, 4)], new Date(2026, 10, 21, 4).getTime());
  expect(days.map((day) => [day.title, day.rows.map((row) => row.id)])).toEqual([
    ['Today', ['21 3', '21 1']], ['Yesterday', ['20 23']], ['Thursday, November 12, 2026', ['12 4']]]);
});

it('the clock tells milliseconds', () => {
  expect(clockOf(at(21, 3, 7).at)).toBe('03:05:09.007');
});

it('a step that is not known keeps its name', () => {
  expect([stepTitle('silenced'), stepTitle('teleported')]).toEqual(['Silence', 'teleported']);
});

it('the same failure again and again is one row, until an attempt goes otherwise', () => {
  const attempt = (id: number, text: string, more: Partial<LedgerRow> = {}): LedgerRow => ({ id, at: `at ${id}`, step: 'attempt', outcome: 'failed', text, fingerprint: '', labels: {}, receiver: 'pager', integration: 'webhook[0]', groupKey: 'a', ...more });
  const shown = foldFailures([
    attempt(9, 'failed at attempt 2: no answer'), attempt(8, 'failed at attempt 1: no answer', { groupKey: 'b' }), attempt(7, 'failed at attempt 1: no answer'), attempt(6, 'failed at attempt 7: no answer'),
    attempt(5, 'took it', { outcome: 'ok' }), attempt(4, 'failed at attempt 3: no answer'), attempt(3, 'failed at attempt 2: status 500')]);

  expect(shown.map((row) => [row.id, row.text, row.times])).toEqual([
    [9, 'failed: no answer', { count: 3, firstAt: 'at 6' }], [8, 'failed at attempt 1: no answer', undefined], [5, 'took it', undefined],
    [4, 'failed at attempt 3: no answer', undefined], [3, 'failed at attempt 2: status 500', undefined]]);
});

it('the labels of a group are read from its key', () => {
  expect([groupLabels('{}/{team=~"a:{|b"}:{alertname="Disk:{Full", cluster="eu1"}'), groupLabels('{}:{}'), groupLabels('nonsense')]).toEqual(
    [{ alertname: 'Disk:{Full', cluster: 'eu1' }, {}, undefined]);
});
