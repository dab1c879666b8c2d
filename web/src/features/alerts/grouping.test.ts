import { expect, it } from 'vitest';
import type { AlertingRule, RuleGroup } from '../rules/api';
import { byState } from './grouping';

const rule = (name: string, state: AlertingRule['state'], instances: string[] = []): AlertingRule => ({
  type: 'alerting', name, state, query: 'up == 0', duration: 0, keepFiringFor: 0, health: 'ok', lastEvaluation: '', evaluationTime: 0,
  alerts: instances.map((instance) => ({ labels: { alertname: name, instance }, annotations: {}, state: 'firing', value: '1' })),
});

const group: RuleGroup = {
  name: 'shop', file: 'rules.yml', interval: 15, limit: 0, evaluationTime: 0, lastEvaluation: '',
  rules: [rule('Quiet', 'inactive'), rule('One', 'firing', ['a']), rule('Two', 'firing', ['a', 'b']), rule('Soon', 'pending', ['c']), { type: 'recording', name: 'r', query: 'up', health: 'ok', lastEvaluation: '', evaluationTime: 0 }],
};

const names = (found: ReturnType<typeof byState>) => Object.fromEntries(Object.entries(found).map(([state, rules]) => [state, rules.map(({ rule: one }) => one.name)]));

it('sorts alerting rules by state, those with most alerts first', () => {
  expect(names(byState([group], ''))).toEqual({ firing: ['Two', 'One'], pending: ['Soon'], inactive: ['Quiet'], unknown: [] });
});

it('filters by name, group and the labels of the alerts', () => {
  expect(names(byState([group], 'instance=b')).firing).toEqual(['Two']);
  expect(names(byState([group], 'shop quiet')).inactive).toEqual(['Quiet']);
  expect(names(byState([group], 'nowhere'))).toEqual({ firing: [], pending: [], inactive: [], unknown: [] });
});
