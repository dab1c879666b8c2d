import { describe, expect, it } from 'vitest';
import type { Alert } from '../rules/api';
import type { Target } from '../targets/api';
import { byUrgency, keyOf, verdictOf } from './verdict';

const alert = (alertname: string, state: Alert['state'], activeAt = '2026-11-21T02:00:00Z', severity?: string): Alert => ({
  labels: { alertname, ...(severity !== undefined && { severity }) }, annotations: {}, state, activeAt, value: '1',
});

const target = (job: string, instance: string, health: Target['health'] = 'up'): Target => ({
  discoveredLabels: {}, labels: { job, instance }, scrapePool: job, scrapeUrl: '', globalUrl: '', lastError: '', lastScrape: '', lastScrapeDuration: 0, health, scrapeInterval: '15s', scrapeTimeout: '10s',
});

const none = new Map<string, number>();

describe('the verdict', () => {
  it('is that all is well', () => {
    expect(verdictOf([], [target('a', '1'), target('a', '2')], none)).toEqual({ status: 'ok', sentence: 'All is well: nothing is firing, all 2 targets answer.', sinceMs: undefined });
    expect(verdictOf([], [target('a', '1')], none).sentence).toBe('All is well: nothing is firing, the one target answers.');
  });

  it('names what fires, the most severe first, and since when', () => {
    const verdict = verdictOf(
      [alert('SlowDisk', 'firing', '2026-11-21T01:00:00Z', 'warning'), alert('Outage', 'firing', '2026-11-21T02:00:00Z', 'critical')], [target('a', '1')], none);
    expect(verdict).toEqual({ status: 'firing', sentence: 'Outage and SlowDisk are firing.', sinceMs: Date.UTC(2026, 10, 21, 1) });
  });

  it('is not urgent when somebody has dealt with it', () => {
    const held = ({ alertname }: Record<string, string>) => ({ Known: 'silenced', Late: 'muted' })[alertname ?? ''];
    const up = [target('a', '1')];
    const sentence = (alerts: Alert[], targets = up) => verdictOf(alerts, targets, none, held);
    expect(sentence([alert('Known', 'firing')])).toEqual({ status: 'held', sentence: 'Nothing urgent: Known is firing, but silenced.', sinceMs: Date.UTC(2026, 10, 21, 2) });
    expect(sentence([alert('Known', 'firing'), alert('Late', 'firing')]).sentence).toBe('Nothing urgent: Known and Late are firing, but held back.');
    expect(sentence([alert('Known', 'firing'), alert('New', 'firing')])).toMatchObject({ status: 'firing', sentence: 'New is firing. 1 more is silenced.' });
    expect(sentence([alert('Known', 'firing')], [target('a', '1', 'down')])).toMatchObject({ status: 'down', sentence: 'a is down. 1 alert is silenced.' });
  });

  it('counts one alert that fires for several things', () => {
    expect(verdictOf([alert('Down', 'firing'), alert('Down', 'firing')], [target('a', '1')], none).sentence).toBe('Down is firing 2 times.');
  });

  it('names two of many', () => {
    expect(verdictOf(['A', 'B', 'C', 'D'].map((name) => alert(name, 'firing')), [target('a', '1')], none).sentence).toBe('A, B and 2 more are firing.');
  });

  it('tells how much of a job is down', () => {
    const two = [target('shop', '1', 'down'), target('shop', '2')];
    expect(verdictOf([], two, none)).toMatchObject({ status: 'down', sentence: '1 of 2 targets of shop is down.' });
    expect(verdictOf([], [target('shop', '1', 'down'), target('db', '2')], none).sentence).toBe('shop is down.');
    expect(verdictOf([], [target('shop', '1', 'down'), target('shop', '2', 'down')], none).sentence).toBe('all 2 targets of shop are down.');
    expect(verdictOf([], [target('shop', '1', 'down'), target('db', '2', 'down')], none).sentence).toBe('2 targets of 2 jobs are down.');
  });

  it('joins what fires and what is down, with the earlier of both moments', () => {
    const shop = target('shop', '1', 'down');
    const verdict = verdictOf([alert('Outage', 'firing')], [shop, target('db', '2')], new Map([[keyOf(shop), Date.UTC(2026, 10, 21, 1, 30)]]));
    expect(verdict).toEqual({ status: 'firing', sentence: 'Outage is firing, and shop is down.', sinceMs: Date.UTC(2026, 10, 21, 1, 30) });
  });

  it('does not cry wolf over alerts for information', () => {
    expect(verdictOf([alert('StockLow', 'firing', undefined, 'info')], [target('a', '1')], none)).toMatchObject({ status: 'note', sentence: 'Nothing urgent. For information: StockLow is firing.' });
    expect(verdictOf([alert('StockLow', 'firing', undefined, 'info'), alert('Outage', 'firing')], [target('a', '1')], none)).toMatchObject({ status: 'firing', sentence: 'Outage and StockLow are firing.' });
    expect(verdictOf([alert('StockLow', 'firing', undefined, 'info')], [target('a', '1', 'down')], none).status).toBe('firing');
  });

  it('warns of what is pending only when nothing is worse', () => {
    expect(verdictOf([alert('Load', 'pending')], [target('a', '1')], none)).toMatchObject({ status: 'pending', sentence: 'Nothing is firing, but Load may soon; the one target answers.' });
    expect(verdictOf([alert('Load', 'pending'), alert('Outage', 'firing')], [target('a', '1')], none).sentence).toBe('Outage is firing.');
  });

  it('does not call unwatched or unscraped things well', () => {
    expect(verdictOf([], [], none).status).toBe('unknown');
    expect(verdictOf([], [target('a', '1', 'unknown')], none)).toMatchObject({ status: 'unknown', sentence: 'Just started: 1 target not scraped yet.' });
    expect(verdictOf([], [target('a', '1', 'unknown'), target('a', '2')], none).sentence).toBe('All is well: nothing is firing, 1 of 2 targets answer, the others come.');
  });
});

it('urgency is severity, then age; an unknown severity counts as a warning', () => {
  const sorted = [alert('info', 'firing', undefined, 'info'), alert('own', 'firing', '2026-11-21T03:00:00Z', 'p1'), alert('old', 'firing', '2026-11-21T01:00:00Z', 'warning'), alert('crit', 'firing', undefined, 'Critical')]
    .sort(byUrgency).map((one) => one.labels.alertname);
  expect(sorted).toEqual(['crit', 'old', 'own', 'info']);
});
