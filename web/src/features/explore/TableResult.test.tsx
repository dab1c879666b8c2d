import { screen } from '@testing-library/react';
import type { UseQueryResult } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { show } from '../../../testing/show';
import type { Answer } from '../../api/client';
import type { QueryData } from '../../api/series';
import { TableResult } from './TableResult';

const answered = (data: QueryData, warnings: string[] = []) => ({ data: { data, warnings, infos: [] }, error: null, isPlaceholderData: false }) as unknown as UseQueryResult<Answer<QueryData>>;
const one = (name: string, value: string) => ({ metric: { __name__: name }, value: [0, value] as [number, string] });
const vector: QueryData = { resultType: 'vector', result: [one('b', '2'), one('c', '+Inf'), one('a', '-10')] };

const names = () => screen.getAllByRole('row').slice(1).map((row) => row.querySelector('td')?.textContent);

it('sorts by value, down, up, and as it came', async () => {
  const { user } = show(<TableResult index={0} query="x" result={answered(vector)} isOnly />);
  const header = () => screen.getByRole('columnheader', { name: /Value/ });
  const sort = () => user.click(screen.getByRole('button', { name: /Value/ }));

  expect([names(), header().getAttribute('aria-sort')]).toEqual([['b', 'c', 'a'], null]);
  await sort();
  expect([names(), header().getAttribute('aria-sort')]).toEqual([['c', 'b', 'a'], 'descending']);
  await sort();
  expect([names(), header().getAttribute('aria-sort')]).toEqual([['a', 'b', 'c'], 'ascending']);
  await sort();
  expect(names()).toEqual(['b', 'c', 'a']);
});

it('shows the first 250 rows and the rest when asked', async () => {
  const many = { resultType: 'vector' as const, result: Array.from({ length: 300 }, (_, i) => one(`m${i}`, String(i))) };
  const { user } = show(<TableResult index={0} query="x" result={answered(many)} isOnly />);

  expect(names()).toHaveLength(250);
  expect(screen.getByText(/Showing 250 of 300/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Show more' }));
  expect(names()).toHaveLength(300);
});

it('says that nothing matches, what it cost, and what the server warns of', () => {
  show(<TableResult index={1} query="nothing" result={answered({ resultType: 'vector', result: [], stats: { samples: { totalQueryableSamples: 12 } } }, ['the store answers in part'])} isOnly={false} />);

  expect(screen.getByText('No data at this moment')).toBeTruthy();
  expect(screen.getByRole('heading', { name: 'B nothing' })).toBeTruthy();
  expect(screen.getByText('12 samples read')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toBe('the store answers in part');
});
