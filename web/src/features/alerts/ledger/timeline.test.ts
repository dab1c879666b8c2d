import { expect, it } from 'vitest';
import type { LedgerRow } from '../../../api/alerting';
import { byDay, clockOf, stepTitle } from './timeline';

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
