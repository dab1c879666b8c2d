import type { Labels } from '../../../format/labels';
import type { AlertGroup, RoutedAlert } from '../api';
import { severityRank } from '../severity';
import type { Silence } from '../silences/api';

export type ShownState = 'all' | 'active' | 'suppressed';

/** Why an alert notifies nobody. What has been forgotten meanwhile is named by its id alone. */
export type Held =
  | { kind: 'silenced'; id: string; silence: Silence | undefined }
  | { kind: 'inhibited'; fingerprint: string; by: Labels | undefined }
  | { kind: 'muted'; interval: string };

export function heldBy(alert: RoutedAlert, silences: readonly Silence[], labelsOf: ReadonlyMap<string, Labels>): Held[] {
  const { silencedBy, inhibitedBy, mutedBy } = alert.status;
  return [
    ...silencedBy.map((id): Held => ({ kind: 'silenced', id, silence: silences.find((one) => one.id === id) })),
    ...inhibitedBy.map((fingerprint): Held => ({ kind: 'inhibited', fingerprint, by: labelsOf.get(fingerprint) })),
    ...(mutedBy ?? []).map((interval): Held => ({ kind: 'muted', interval })),
  ];
}

/** How many alerts there are; one that goes to several receivers counts once. */
export function countStates(groups: readonly AlertGroup[]): Record<ShownState, number> {
  const states = new Map(groups.flatMap((group) => group.alerts).map((alert) => [alert.fingerprint, alert.status.state]));
  const suppressed = [...states.values()].filter((state) => state === 'suppressed').length;
  return { all: states.size, active: states.size - suppressed, suppressed };
}

/** The groups with the alerts of one state, the most urgent group first and in each the most urgent alert. Groups left empty fall out. */
export function arrange(groups: readonly AlertGroup[], only: ShownState): AlertGroup[] {
  return groups
    .map((group) => ({ ...group, alerts: group.alerts.filter((alert) => only === 'all' || (alert.status.state === 'suppressed') === (only === 'suppressed')).sort(byUrgency) }))
    .filter((group) => group.alerts.length > 0)
    .sort((a, b) => urgency(a, b) || a.receiver.name.localeCompare(b.receiver.name));
}

function urgency(a: AlertGroup, b: AlertGroup): number {
  const [first, second] = [a.alerts[0], b.alerts[0]];
  return first === undefined || second === undefined ? 0 : byUrgency(first, second);
}

/** What notifies comes before what is held back, then the more severe, then the older. */
function byUrgency(a: RoutedAlert, b: RoutedAlert): number {
  return Number(a.status.state === 'suppressed') - Number(b.status.state === 'suppressed')
    || severityRank(a.labels) - severityRank(b.labels)
    || Date.parse(a.startsAt) - Date.parse(b.startsAt)
    || a.fingerprint.localeCompare(b.fingerprint);
}

/** The expression in the link that Prometheus and Pharos give to alerts (`/graph?g0.expr=…`). */
export function expressionOf(generatorUrl: string | undefined): string | undefined {
  try {
    const expr = new URL(generatorUrl ?? '').searchParams.get('g0.expr');
    return expr === null || expr === '' ? undefined : expr;
  } catch {
    return undefined;
  }
}

/** "alertname=DiskFull · cluster=eu"; what a group without labels is called is the caller's matter. */
export function groupTitle(labels: Labels): string {
  return Object.entries(labels).map(([name, value]) => (name === 'alertname' ? value : `${name}=${value}`)).join(' · ');
}
