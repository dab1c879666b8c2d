import { describe, expect, it } from 'vitest';
import { exploreLink, readState, scaled, shifted, stepFor, windowOf, writeState, zoomed } from './state';

const plain = readState('');

describe('the address', () => {
  it('without anything is an empty query over the last hour', () => {
    expect(plain).toEqual({ queries: [''], tab: 'graph', rangeMs: 3_600_000, endMs: undefined, stepMs: undefined, stacked: false, refreshMs: undefined });
    expect(writeState(plain)).toBe('');
  });

  it('comes back as it was written', () => {
    const states = [
      { ...plain, queries: ['rate(http_requests_total{status=~"5.."}[5m]) / 2', 'up + 1 & 3 # ü'] },
      { ...plain, queries: ['', 'b'] },
      { ...plain, queries: ['x'], tab: 'table' as const, rangeMs: 86_400_000, endMs: 1_763_690_445_500, stepMs: 15_000, stacked: true, refreshMs: 5000 },
    ];
    for (const state of states) expect(readState(writeState(state))).toEqual(state);
  });

  it('that is mangled still opens', () => {
    expect(readState('q=up&range=soon&end=never&step=-1&tab=pie&stacked=yes')).toEqual({ ...plain, queries: ['up'] });
  });

  it('holds six queries at most', () => {
    expect(readState(Array.from({ length: 50 }, () => 'q=a').join('&')).queries).toHaveLength(6);
  });

  it('is made for other pages', () => {
    expect(exploreLink('up == 0', 'table')).toBe('/explore?q=up+%3D%3D+0&tab=table');
  });
});

describe('the window', () => {
  it('has a round step and at most as many points as a graph shows', () => {
    expect([60_000, 3_600_000, 86_400_000, 604_800_000].map(stepFor)).toEqual([1000, 15_000, 300_000, 3_600_000]);
    expect(500 * 31_536_000_000 / stepFor(500 * 31_536_000_000)).toBeLessThanOrEqual(300);
  });

  it('lies on multiples of the step', () => {
    expect(windowOf(plain, 1_000_000_007)).toEqual({ startMs: 996_390_000, endMs: 999_990_000, stepMs: 15_000 });
  });
});

describe('moving', () => {
  it('a dragged stretch becomes the range, with a fixed end', () => {
    expect(zoomed({ ...plain, refreshMs: 5000 }, 1_000_400, 1_600_300)).toEqual({ ...plain, rangeMs: 600_000, endMs: 1_600_000 });
  });

  it('a stretch without width is a click', () => {
    expect(zoomed(plain, 1_000_000, 1_000_900)).toBeUndefined();
  });

  it('zooming out keeps the middle and does not look into the future', () => {
    const now = 10_000_000;
    expect(scaled({ ...plain, rangeMs: 600_000, endMs: 5_000_000 }, 2, now)).toMatchObject({ rangeMs: 1_200_000, endMs: 5_300_000 });
    expect(scaled({ ...plain, rangeMs: 600_000, endMs: 9_900_000 }, 2, now)).toMatchObject({ rangeMs: 1_200_000, endMs: undefined });
    expect(scaled(plain, 0.5, now)).toMatchObject({ rangeMs: 1_800_000, endMs: undefined });
  });

  it('later than now is now', () => {
    const now = 10_000_000;
    const earlier = shifted(plain, -1, now);
    expect(earlier.endMs).toBe(now - 1_800_000);
    expect(shifted(earlier, 1, now).endMs).toBeUndefined();
  });
});
