import { describe, expect, it } from 'vitest';
import { readExplore } from '../../links/explore';
import { scaled, shifted, stepFor, windowOf, zoomed } from './state';

const plain = readExplore('');

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
