import { plural } from '../../format/numbers';
import type { Status } from '../../ui/StatusMark';
import type { HeldLookup } from '../alerts/held';
import { isForInformation, severityRank } from '../alerts/severity';
import type { Alert } from '../rules/api';
import type { Target } from '../targets/api';

/** The answer to "is it broken?": one sentence, and since when. */
export interface Verdict {
  status: Status;
  sentence: string;
  /** The earliest moment of what the sentence names, in milliseconds. */
  sinceMs: number | undefined;
}

/**
 * What is firing comes first, then what is down; only when neither is, what may come. `downSinceMs` is known for few targets or none.
 * What is silenced, inhibited or muted somebody has dealt with: it is told, but makes nothing urgent.
 */
export function verdictOf(alerts: readonly Alert[], targets: readonly Target[], downSinceMs: ReadonlyMap<string, number>, held: HeldLookup = () => undefined): Verdict {
  const allFiring = alerts.filter((alert) => alert.state === 'firing');
  const firing = allFiring.filter((alert) => held(alert.labels) === undefined);
  const quiet = allFiring.filter((alert) => held(alert.labels) !== undefined);
  const down = targets.filter((target) => target.health === 'down');
  const pending = alerts.filter((alert) => alert.state === 'pending');
  const parts: string[] = [];
  const isUrgent = down.length > 0 || firing.some((alert) => !isForInformation(alert.labels));
  if (firing.length > 0) parts.push(firingPart(firing));
  if (down.length > 0) parts.push(downPart(down, targets));

  const more = quiet.length === 0 ? '' : ` ${firing.length > 0 ? plural(quiet.length, 'more is', 'more are') : plural(quiet.length, 'alert is', 'alerts are')} ${heldPart(quiet, held)}.`;
  const moments = [...firing.map((alert) => Date.parse(alert.activeAt ?? '')), ...down.map((target) => downSinceMs.get(keyOf(target)) ?? NaN)].filter((ms) => !Number.isNaN(ms));
  const sinceMs = moments.length === 0 ? undefined : Math.min(...moments);
  if (parts.length > 0 && !isUrgent) return { status: 'note', sentence: `Nothing urgent. For information: ${parts.join('')}.${more}`, sinceMs };
  if (parts.length > 0) return { status: firing.length > 0 ? 'firing' : 'down', sentence: `${parts.join(', and ')}.${more}`, sinceMs };
  if (quiet.length > 0) return { status: 'held', sentence: `Nothing urgent: ${firingPart(quiet)}, but ${heldPart(quiet, held)}.`, sinceMs: earliest(quiet) };

  if (targets.length === 0) return { status: 'unknown', sentence: 'Nothing is watched yet: no target is configured.', sinceMs: undefined };
  const waiting = targets.filter((target) => target.health === 'unknown').length;
  if (waiting === targets.length) return { status: 'unknown', sentence: `Just started: ${plural(waiting, 'target')} not scraped yet.`, sinceMs: undefined };
  const answers = targets.length === 1 ? 'the one target answers' : waiting > 0 ? `${targets.length - waiting} of ${targets.length} targets answer, the others come` : `all ${targets.length} targets answer`;
  if (pending.length > 0) {
    return { status: 'pending', sentence: `Nothing is firing, but ${names(pending)} may soon; ${answers}.`, sinceMs: earliest(pending) };
  }
  return { status: 'ok', sentence: `All is well: nothing is firing, ${answers}.`, sinceMs: undefined };
}

function earliest(alerts: readonly Alert[]): number | undefined {
  const ms = Math.min(...alerts.map((alert) => Date.parse(alert.activeAt ?? '')));
  return Number.isNaN(ms) ? undefined : ms;
}

/** "silenced" when all are, else "held back". */
function heldPart(quiet: readonly Alert[], held: HeldLookup): string {
  const words = new Set(quiet.map((alert) => held(alert.labels)));
  return (words.size === 1 ? [...words][0] : undefined) ?? 'held back';
}

/** Tells one target from another, also when two jobs scrape the same address. */
export function keyOf(target: Pick<Target, 'labels'>): string {
  return `${target.labels.job ?? ''}\n${target.labels.instance ?? ''}`;
}

function firingPart(firing: readonly Alert[]): string {
  const distinct = new Set(firing.map(nameOf)).size;
  const times = distinct === 1 && firing.length > 1 ? ` ${firing.length} times` : '';
  return `${names(firing)} ${distinct === 1 ? 'is' : 'are'} firing${times}`;
}

function downPart(down: readonly Target[], all: readonly Target[]): string {
  const jobs = [...new Set(down.map((target) => target.labels.job ?? target.scrapePool))];
  const [job] = jobs;
  if (jobs.length > 1) return `${plural(down.length, 'target')} of ${jobs.length} jobs are down`;
  const siblings = all.filter((target) => (target.labels.job ?? target.scrapePool) === job);
  if (siblings.length === 1) return `${job} is down`;
  if (siblings.length === down.length) return `all ${down.length} targets of ${job} are down`;
  return `${down.length} of ${siblings.length} targets of ${job} ${down.length === 1 ? 'is' : 'are'} down`;
}

/** "A", "A and B", "A, B and 3 more". */
function names(alerts: readonly Alert[]): string {
  const distinct = [...new Set([...alerts].sort(byUrgency).map(nameOf))];
  if (distinct.length <= 2) return distinct.join(' and ');
  return `${distinct[0]}, ${distinct[1]} and ${distinct.length - 2} more`;
}

function nameOf(alert: Alert): string {
  return alert.labels.alertname ?? 'an alert without a name';
}

/** The most severe first, by the usual values of the label `severity`; then the oldest. */
export function byUrgency(a: Alert, b: Alert): number {
  return severityRank(a.labels) - severityRank(b.labels) || Date.parse(a.activeAt ?? '') - Date.parse(b.activeAt ?? '') || nameOf(a).localeCompare(nameOf(b));
}
