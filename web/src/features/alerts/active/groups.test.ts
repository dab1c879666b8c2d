import { expect, it } from 'vitest';
import type { AlertGroup, RoutedAlert } from '../api';
import type { Silence } from '../silences/api';
import { arrange, countStates, expressionOf, groupTitle, heldBy } from './groups';

const alert = (name: string, more: Partial<RoutedAlert['status']> & { severity?: string; at?: string } = {}): RoutedAlert => ({
  labels: { alertname: name, ...(more.severity !== undefined && { severity: more.severity }) }, annotations: {}, fingerprint: name, receivers: [],
  startsAt: more.at ?? '2026-11-21T02:00:00Z', endsAt: '', updatedAt: '',
  status: { state: more.state ?? 'active', silencedBy: more.silencedBy ?? [], inhibitedBy: more.inhibitedBy ?? [], mutedBy: more.mutedBy ?? [] },
});
const group = (receiver: string, ...alerts: RoutedAlert[]): AlertGroup => ({ labels: {}, receiver: { name: receiver }, alerts });
const names = (groups: AlertGroup[]) => groups.map((one) => `${one.receiver.name}: ${one.alerts.map((a) => a.fingerprint).join(' ')}`);

it('what notifies stands first, then the severe, then the old', () => {
  const groups = [
    group('chat', alert('quiet', { state: 'suppressed', severity: 'critical' })),
    group('mail', alert('young', { severity: 'warning' }), alert('old', { severity: 'warning', at: '2026-11-20T02:00:00Z' })),
    group('pager', alert('held', { state: 'suppressed' }), alert('bad', { severity: 'critical' })),
  ];
  expect(names(arrange(groups, 'all'))).toEqual(['pager: bad held', 'mail: old young', 'chat: quiet']);
  expect(names(arrange(groups, 'active'))).toEqual(['pager: bad', 'mail: old young']);
  expect(names(arrange(groups, 'suppressed'))).toEqual(['chat: quiet', 'pager: held']);
});

it('an alert for two receivers counts once', () => {
  expect(countStates([group('a', alert('x'), alert('y', { state: 'suppressed' })), group('b', alert('x'))])).toEqual({ all: 2, active: 1, suppressed: 1 });
});

it('tells everything that holds an alert back, also what is not known any more', () => {
  const silence = { id: 's1', comment: 'disk is replaced' } as Silence;
  const held = heldBy(alert('x', { silencedBy: ['s1', 's2'], inhibitedBy: ['f1', 'f2'], mutedBy: ['nights'] }), [silence], new Map([['f1', { alertname: 'ClusterDown' }]]));
  expect(held).toEqual([
    { kind: 'silenced', id: 's1', silence }, { kind: 'silenced', id: 's2', silence: undefined },
    { kind: 'inhibited', fingerprint: 'f1', by: { alertname: 'ClusterDown' } }, { kind: 'inhibited', fingerprint: 'f2', by: undefined },
    { kind: 'muted', interval: 'nights' },
  ]);
});

it('finds the expression in the link of an alert', () => {
  expect(expressionOf('http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1')).toBe('up == 0');
  expect([expressionOf('http://grafana/alerting/1'), expressionOf(''), expressionOf(undefined)]).toEqual([undefined, undefined, undefined]);
});

it('a group is called after its labels', () => {
  expect(groupTitle({ alertname: 'DiskFull', cluster: 'eu' })).toBe('DiskFull · cluster=eu');
});
