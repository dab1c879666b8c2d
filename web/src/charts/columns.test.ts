import { describe, expect, it } from 'vitest';
import type { MatrixSeries } from '../api/series';
import { alone, draw, seriesName, stack } from './columns';

const series = (name: string, ...values: [number, string][]): MatrixSeries => ({ metric: { __name__: name }, values });

describe('drawing', () => {
  it('puts samples on the grid and leaves gaps', () => {
    const drawing = draw([[series('a', [10, '1'], [30, '3'])]], 10_000, 40_000, 10_000, 10);
    expect(drawing.times).toEqual([10, 20, 30, 40]);
    expect(drawing.lines[0]).toMatchObject({ name: 'a', values: [1, null, 3, null], last: 3, min: 1, max: 3, mean: 2 });
  });

  it('leaves a gap for NaN and infinity, which no line can pass', () => {
    const [line] = draw([[series('a', [0, 'NaN'], [1, '+Inf'], [2, '-Inf'], [3, '4'])]], 0, 3000, 1000, 10).lines;
    expect(line).toMatchObject({ values: [null, null, null, 4], min: 4, max: 4 });
  });

  it('draws those that reach farthest when there are too many, in the order they came', () => {
    const drawing = draw([[series('small', [0, '1']), series('low', [0, '-50'])], [series('high', [0, '20'])]], 0, 0, 1000, 2);
    expect(drawing.lines.map((line) => [line.name, line.query])).toEqual([['low', 0], ['high', 1]]);
    expect(drawing.total).toBe(3);
  });

  it('counts native histograms, which have no line', () => {
    expect(draw([[{ metric: {}, histograms: [[0, { count: '1', sum: '2' }]] }]], 0, 0, 1000, 2)).toMatchObject({ total: 0, histograms: 1 });
  });
});

it('series are written as in PromQL', () => {
  expect([{}, { __name__: 'up' }, { __name__: 'up', job: 'a "b"' }, { job: 'x', instance: 'y' }].map(seriesName)).toEqual(['{}', 'up', 'up{job="a \\"b\\""}', '{job="x", instance="y"}']);
});

it('stacks: a missing value adds nothing, and where all are missing there is a gap', () => {
  expect(stack([[1, 2, null, null], [1, null, 3, null], [1, 1, 1, null]])).toEqual([[1, 2, 0, null], [2, 2, 3, null], [3, 3, 4, null]]);
});

it('finds values without neighbours', () => {
  expect(alone([1, null, 2, 3, null, 4])).toEqual([0, 5]);
});
