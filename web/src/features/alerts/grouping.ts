import { matches, textOf } from '../../ui/filter';
import type { AlertingRule, RuleGroup } from '../rules/api';

export type AlertState = 'firing' | 'pending' | 'inactive' | 'unknown';
export const states: readonly AlertState[] = ['firing', 'pending', 'inactive', 'unknown'];

/** An alerting rule with where it stands. */
export interface PlacedRule {
  group: RuleGroup;
  rule: AlertingRule;
}

/** All alerting rules by state; inside a state those with most alerts first, then by name. */
export function byState(groups: readonly RuleGroup[], filter: string): Record<AlertState, PlacedRule[]> {
  const found: Record<AlertState, PlacedRule[]> = { firing: [], pending: [], inactive: [], unknown: [] };
  for (const group of groups) {
    for (const rule of group.rules) {
      if (rule.type !== 'alerting') continue;
      const alertTexts = rule.alerts.map((alert) => textOf(alert.labels));
      if (!matches(filter, rule.name, group.name, group.file, rule.query, textOf(rule.labels), ...alertTexts)) continue;
      found[rule.state].push({ group, rule });
    }
  }
  for (const state of states) found[state].sort((a, b) => b.rule.alerts.length - a.rule.alerts.length || a.rule.name.localeCompare(b.rule.name));
  return found;
}
