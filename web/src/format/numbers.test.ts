import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatShort, formatValue, plural } from './numbers';

describe('numbers', () => {
  it('groups counts by threes', () => {
    expect([0, 999, 1000, 1234567, -4321].map(formatCount)).toEqual(['0', '999', '1\u202f000', '1\u202f234\u202f567', '−4\u202f321']);
  });

  it('shows values without false digits and without losing their size', () => {
    const cases: [number, string][] = [
      [0, '0'], [1, '1'], [-1.5, '−1.5'], [0.1 + 0.2, '0.3'], [1 / 3, '0.333333'], [1234.5678, '1234.57'], [123456789.25, '123\u202f457\u202f000'],
      [1e-9, '1e-9'], [1.25e20, '1.25e20'], [NaN, 'NaN'], [Infinity, '+Inf'], [-Infinity, '−Inf'], [0.000123, '0.000123'],
    ];
    for (const [value, text] of cases) expect(formatValue(value), String(value)).toBe(text);
  });

  it('shortens for axes', () => {
    expect([0, 12, 1500, 2_500_000, 3.2e9, 0.05, -1200].map(formatShort)).toEqual(['0', '12', '1.5\u202fk', '2.5\u202fM', '3.2\u202fG', '0.05', '−1.2\u202fk']);
  });

  it('shows bytes in decimal units', () => {
    expect([0, 999, 1000, 1536, 12_345_678, 999_900, 5.5e12].map(formatBytes)).toEqual(
      ['0\u00a0B', '999\u00a0B', '1\u00a0kB', '1.54\u00a0kB', '12.3\u00a0MB', '1\u00a0MB', '5.5\u00a0TB']);
  });

  it('agrees in number', () => {
    expect([plural(1, 'target'), plural(2, 'target'), plural(0, 'series', 'series')]).toEqual(['1 target', '2 targets', '0 series']);
  });
});
