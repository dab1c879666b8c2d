import { queryOptions } from '@tanstack/react-query';
import { getData, watchMs } from '../../api/client';
import type { Labels } from '../../format/labels';

/** Rules and the alerts that they raise. Moments are RFC 3339 text, durations seconds, values text. */

export interface Alert {
  labels: Labels;
  annotations: Labels;
  state: 'firing' | 'pending' | 'inactive' | 'unknown';
  activeAt?: string;
  keepFiringSince?: string;
  value: string;
}

interface RuleFacts {
  name: string;
  query: string;
  labels?: Labels;
  health: 'ok' | 'err' | 'unknown';
  lastError?: string;
  lastEvaluation: string;
  evaluationTime: number;
}

export interface AlertingRule extends RuleFacts {
  type: 'alerting';
  state: 'firing' | 'pending' | 'inactive' | 'unknown';
  duration: number;
  keepFiringFor: number;
  annotations?: Labels;
  alerts: Alert[];
}

export interface RecordingRule extends RuleFacts {
  type: 'recording';
}

export type Rule = AlertingRule | RecordingRule;

export interface RuleGroup {
  name: string;
  file: string;
  interval: number;
  limit: number;
  rules: Rule[];
  evaluationTime: number;
  lastEvaluation: string;
}

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: async ({ signal }) => (await getData<{ alerts: Alert[] }>('alerts', {}, signal)).alerts,
  refetchInterval: watchMs,
});

export const ruleGroupsQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: async ({ signal }) => (await getData<{ groups: RuleGroup[] }>('rules', {}, signal)).groups,
  refetchInterval: watchMs,
});
