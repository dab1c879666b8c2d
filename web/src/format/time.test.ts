import { describe, expect, it } from 'vitest';
import { formatInstant, formatLasting, formatMoment, formatTook, momentOf, parseDuration, parseInstant, printDuration } from './time';

describe('durations', () => {
  it('are read as Prometheus writes them', () => {
    expect(['15s', '1h30m', '250ms', '2d', '1y', '1w3d', ' 5m '].map(parseDuration)).toEqual([15_000, 5_400_000, 250, 172_800_000, 31_536_000_000, 864_000_000, 300_000]);
  });

  it('are refused when they are none', () => {
    for (const text of ['', '15', 's', '1m1h', '-5m', '0s', '1.5h', '5 m', '99999999999999y']) expect(parseDuration(text), text).toBeUndefined();
  });

  it('print and read back the same', () => {
    for (const ms of [1, 999, 1000, 61_000, 3_600_000, 5_400_000, 86_400_000, 864_000_000, 604_800_000, 31_536_000_000, 123_456_789]) {
      expect(parseDuration(printDuration(ms)), printDuration(ms)).toBe(ms);
    }
    expect(printDuration(864_000_000)).toBe('10d');
  });

  it('that last are shown in two units at most', () => {
    expect([0, 45_000, 61_000, 3_600_000, 3_720_000, 90_000_000, -5].map(formatLasting)).toEqual(
      ['0\u00a0s', '45\u00a0s', '1\u00a0min', '1\u00a0h', '1\u00a0h\u00a02\u00a0min', '1\u00a0d\u00a01\u00a0h', '0\u00a0s']);
  });

  it('of work are shown in the unit that fits', () => {
    expect([0, 0.00018, 0.0012, 0.25, 3.4, 125, NaN].map(formatTook)).toEqual(['0\u00a0ms', '180\u00a0µs', '1.2\u00a0ms', '250\u00a0ms', '3.4\u00a0s', '125\u00a0s', '–']);
  });
});

describe('moments', () => {
  const now = new Date(2026, 10, 21, 3, 0, 0).getTime();

  it('are as short as they can be', () => {
    expect(formatMoment(new Date(2026, 10, 21, 2, 14).getTime(), now)).toBe('02:14');
    expect(formatMoment(new Date(2026, 10, 20, 2, 14).getTime(), now)).toBe('Nov 20 02:14');
    expect(formatMoment(new Date(2025, 10, 20, 2, 14).getTime(), now)).toBe('2025 Nov 20 02:14');
  });

  it('are read back as they were written', () => {
    expect(parseInstant(formatInstant(now))).toBe(now);
    expect(parseInstant('2026-11-21T02:14')).toBe(new Date(2026, 10, 21, 2, 14).getTime());
    expect(parseInstant('1700000000.5')).toBe(1_700_000_000_500);
    expect(parseInstant('yesterday')).toBeUndefined();
  });

  it('of the API are never when they are the zero time', () => {
    expect(momentOf('0001-01-01T00:00:00Z')).toBeUndefined();
    expect(momentOf('2026-11-21T02:14:05Z')).toBe(Date.UTC(2026, 10, 21, 2, 14, 5));
    expect(momentOf('nonsense')).toBeUndefined();
  });
});
