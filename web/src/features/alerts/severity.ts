import type { Labels } from '../../format/labels';
import type { Status } from '../../ui/StatusMark';

/** The usual values of the label `severity`, the most severe first. */
const severities = ['critical', 'page', 'emergency', 'error', 'high', 'major', 'warning', 'minor', 'low', 'info', 'none'];

/** Severities that wake nobody. */
const forInformation: ReadonlySet<string> = new Set(['info', 'information', 'none', 'debug']);

function severityOf(labels: Labels): string {
  return labels.severity?.toLowerCase() ?? '';
}

export function isForInformation(labels: Labels): boolean {
  return forInformation.has(severityOf(labels));
}

/** The sign of an alert that fires: one that wakes nobody does not look as if it did. */
export function firingSign(labels: Labels): Status {
  return isForInformation(labels) ? 'note' : 'firing';
}

/** Lower is worse. A severity that is unknown or missing counts as a warning. */
export function severityRank(labels: Labels): number {
  const place = severities.indexOf(severityOf(labels));
  return place < 0 ? severities.indexOf('warning') : place;
}
