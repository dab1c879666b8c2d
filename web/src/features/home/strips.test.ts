import { expect, it } from 'vitest';
import { alertStrip, describe, onGrid, upStrip, worstFirst } from './strips';

it('samples land on their cell, gaps stay gaps', () => {
  expect(onGrid({ metric: {}, values: [[0, '1'], [120, '0.5'], [999, '1']] }, 0, 60_000, 4)).toEqual([1, undefined, 0.5, undefined]);
  expect(onGrid({ metric: {} }, 0, 60_000, 2)).toEqual([undefined, undefined]);
});

it('a job is good, partly good, bad or not there', () => {
  expect(upStrip('job', [1, 0.5, 0, undefined, NaN]).cells).toEqual(['good', 'partly', 'bad', 'none', 'none']);
});

it('an alert marks the cells in which it fired', () => {
  expect(alertStrip('alert', [undefined, 2, 0]).cells).toEqual(['none', 'bad', 'none']);
});

it('the newest trouble comes first', () => {
  expect(worstFirst([upStrip('fine', [1, 1]), upStrip('early', [0, 1]), upStrip('now', [1, 0]), upStrip('also fine', [1, 1])]).map((strip) => strip.name)).toEqual(['now', 'early', 'also fine', 'fine']);
});

it('says in words what it shows', () => {
  expect(describe(upStrip('shop', [1, 0, 0, 0.5]), 60_000)).toBe('shop: wrong for 2 min, partly wrong for 1 min of the last hour');
  expect(describe(upStrip('shop', [1]), 60_000)).toBe('shop: nothing wrong in the last hour');
});
