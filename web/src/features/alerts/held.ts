import type { Labels } from '../../format/labels';
import type { AlertGroup, RoutedAlert } from './api';

/** Why nobody is told of an alert, in a word or two; undefined: somebody is. */
export type HeldLookup = (labels: Labels) => string | undefined;

/**
 * Finds a rule's alert among those that are held back in each of their groups: muted towards one receiver, an alert may still reach another.
 * Routing knows it by more labels (external ones are added on the way), so it is the one that has all labels of the rule's alert.
 */
export function heldLookup(groups: readonly AlertGroup[]): HeldLookup {
  const byName = new Map<string, RoutedAlert[]>();
  const notifying = notifyingIn(groups);
  for (const alert of groups.flatMap((group) => group.alerts)) {
    if (notifying.has(alert.fingerprint)) continue;
    const name = alert.labels.alertname ?? '';
    byName.set(name, [...(byName.get(name) ?? []), alert]);
  }
  return (labels) => {
    const found = byName.get(labels.alertname ?? '')?.find((alert) => Object.entries(labels).every(([name, value]) => alert.labels[name] === value));
    return found && heldWords(found);
  };
}

/** How many alerts somebody is told of. One that goes to several receivers is one. */
export function countNotifying(groups: readonly AlertGroup[]): number {
  return notifyingIn(groups).size;
}

function notifyingIn(groups: readonly AlertGroup[]): ReadonlySet<string> {
  return new Set(groups.flatMap((group) => group.alerts.filter((alert) => alert.status.state !== 'suppressed').map((alert) => alert.fingerprint)));
}

function heldWords({ status }: RoutedAlert): string {
  const words = [status.silencedBy.length > 0 && 'silenced', status.inhibitedBy.length > 0 && 'inhibited', (status.mutedBy ?? []).length > 0 && 'muted'].filter((word) => word !== false);
  return words.length === 0 ? 'held back' : words.join(' and ');
}
