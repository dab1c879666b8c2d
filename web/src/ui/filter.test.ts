import { expect, it } from 'vitest';
import { matches, textOf } from './filter';

it('every word must occur somewhere', () => {
  expect([matches('', 'x'), matches('Up job=SHOP', 'up == 0', 'job=shop'), matches('up absent', 'up'), matches('  ', undefined)]).toEqual([true, true, false, true]);
});

it('labels are looked through as name=value', () => {
  expect(matches('job=shop', textOf({ job: 'shop', instance: 'a' }))).toBe(true);
  expect(textOf(undefined)).toBe('');
});
