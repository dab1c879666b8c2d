import { describe, expect, it } from 'vitest';
import { exploreAddress, exploreLink, readExplore } from './explore';

const plain = readExplore('');

describe('the address', () => {
  it('without anything is an empty query over the last hour', () => {
    expect(plain).toEqual({ queries: [''], tab: 'graph', rangeMs: 3_600_000, endMs: undefined, stepMs: undefined, stacked: false, refreshMs: undefined });
    expect(exploreAddress(plain)).toBe('/explore');
  });

  it('comes back as it was written', () => {
    const states = [
      { ...plain, queries: ['rate(http_requests_total{status=~"5.."}[5m]) / 2', 'up + 1 & 3 # ü'] },
      { ...plain, queries: ['', 'b'] },
      { ...plain, queries: ['x'], tab: 'table' as const, rangeMs: 86_400_000, endMs: 1_763_690_445_500, stepMs: 15_000, stacked: true, refreshMs: 5000 },
    ];
    for (const state of states) expect(readExplore(exploreAddress(state).slice('/explore?'.length))).toEqual(state);
  });

  it('that is mangled still opens', () => {
    expect(readExplore('q=up&range=soon&end=never&step=-1&tab=pie&stacked=yes')).toEqual({ ...plain, queries: ['up'] });
  });

  it('holds six queries at most', () => {
    expect(readExplore(Array.from({ length: 50 }, () => 'q=a').join('&')).queries).toHaveLength(6);
  });

  it('is made for other pages', () => {
    expect(exploreLink('up == 0', 'table')).toBe('/explore?q=up+%3D%3D+0&tab=table');
  });
});
