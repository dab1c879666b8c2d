import type { Labels } from '../../format/labels';
import { matches, textOf } from '../../ui/filter';
import type { DroppedTarget, RelabelStep, Target, Targets } from './api';

export interface Pool {
  name: string;
  targets: Target[];
  dropped: DroppedTarget[];
  /** All that were dropped; `dropped` may hold fewer (keep_dropped_targets). */
  droppedCount: number;
  up: number;
  down: number;
}

export type Show = 'all' | 'down' | 'dropped';

/** The scrape pools with what the filter leaves of them; those with targets down first. Counts are those of the whole pool. */
export function poolsOf(facts: Targets, filter: string, show: Show): Pool[] {
  const pools = new Map<string, Pool>();
  const pool = (name: string) => {
    const known = pools.get(name);
    if (known !== undefined) return known;
    const fresh: Pool = { name, targets: [], dropped: [], droppedCount: 0, up: 0, down: 0 };
    pools.set(name, fresh);
    return fresh;
  };
  for (const target of facts.activeTargets) {
    const home = pool(target.scrapePool);
    if (target.health === 'up') home.up++;
    if (target.health === 'down') home.down++;
    if (show === 'dropped' || (show === 'down' && target.health !== 'down')) continue;
    if (matches(filter, target.scrapePool, target.scrapeUrl, target.lastError, textOf(target.labels))) home.targets.push(target);
  }
  for (const target of facts.droppedTargets) {
    const home = pool(target.scrapePool ?? target.discoveredLabels.job ?? '');
    home.droppedCount++;
    if (show !== 'down' && matches(filter, home.name, textOf(target.discoveredLabels))) home.dropped.push(target);
  }
  for (const [name, count] of Object.entries(facts.droppedTargetCounts ?? {})) {
    if (count > 0) pool(name).droppedCount = Math.max(pool(name).droppedCount, count);
  }
  // Those that are up come last, of them those of which not everything is stored first.
  const rank = (target: Target) => ['down', 'unknown', 'up'].indexOf(target.health) * 2 + (target.lastError === '' ? 1 : 0);
  for (const one of pools.values()) one.targets.sort((a, b) => rank(a) - rank(b));
  const isPlain = filter.trim() === '' && show === 'all';
  return [...pools.values()]
    .filter((one) => isPlain || one.targets.length > 0 || one.dropped.length > 0)
    .sort((a, b) => Math.sign(b.down) - Math.sign(a.down) || a.name.localeCompare(b.name));
}

/** What one step of relabelling did to the labels. */
export interface StepChange {
  text: string;
  added: Labels;
  removed: string[];
  keep: boolean;
}

/** The steps as differences: what each wrote or took away. Values that change count as added. */
export function changesOf(before: Labels, steps: readonly RelabelStep[]): StepChange[] {
  let labels = before;
  return steps.map((step) => {
    const added = Object.fromEntries(Object.entries(step.output).filter(([name, value]) => labels[name] !== value));
    const removed = step.keep ? Object.keys(labels).filter((name) => step.output[name] === undefined) : [];
    if (step.keep) labels = step.output;
    return { text: ruleText(step.rule), added, removed, keep: step.keep };
  });
}

const usual: Record<string, unknown> = { action: 'replace', regex: '(.*)', separator: ';', replacement: '$1' };

/** A relabelling rule in one line, without what has its usual value. */
function ruleText(rule: Record<string, unknown>): string {
  const parts = Object.entries(rule)
    .filter(([key, value]) => value !== usual[key] && value !== '' && value !== 0 && value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`);
  return parts.join(', ');
}
