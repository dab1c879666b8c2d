import { describe, expect, it } from 'vitest';
import { movedFromFragment, movedTo } from './moved';

describe('addresses of Prometheus', () => {
  it('open the same query as a graph', () => {
    expect(movedTo('/graph', '?g0.expr=rate(x%5B5m%5D)&g0.tab=0&g0.range_input=6h&g0.stacked=1')).toBe('/explore?q=rate%28x%5B5m%5D%29&tab=graph&range=6h&stacked=1');
  });

  it('open alert links as a table', () => {
    expect(movedTo('/graph', 'g0.expr=up+%3D%3D+0&g0.tab=1')).toBe('/explore?q=up+%3D%3D+0&tab=table');
  });

  it('keep several queries and the end, which Prometheus writes in UTC', () => {
    expect(movedTo('/query', 'g0.expr=a&g0.tab=graph&g1.expr=b&g0.end_input=2026-11-21 02:00:00')).toBe(`/explore?q=a&q=b&tab=graph&end=${Date.UTC(2026, 10, 21, 2) / 1000}`);
  });

  it('of the status pages are known', () => {
    expect(['/config', '/flags', '/tsdb-status', '/service-discovery', '/graph'].map((path) => movedTo(path, ''))).toEqual(
      ['/status/config', '/status/flags', '/status/cardinality', '/targets', '/explore']);
  });

  it('leave our own alone', () => {
    expect(movedTo('/alerts', '')).toBeUndefined();
  });
});

it('links of Alertmanager lead to the same thing', () => {
  const cases: [string, string | undefined][] = [
    ['#/alerts?receiver=pager&filter=%7Ba%3D%22b%22%7D', '/alerts?receiver=pager&filter=%7Ba%3D%22b%22%7D'],
    ['#/silences', '/alerts/silences'],
    ['#/silences/new?filter=%7Ba%3D%22b%22%7D', '/alerts/silences/new?filter=%7Ba%3D%22b%22%7D'],
    ['#/silences/5f3c', '/alerts/silences/5f3c'],
    ['#/silences/5f3c/edit', '/alerts/silences/new?from=5f3c'],
    ['#/status', '/alerts/routing'],
    ['#/else', undefined], ['#top', undefined], ['', undefined],
  ];
  for (const [fragment, target] of cases) expect(movedFromFragment(fragment), fragment).toBe(target);
});
