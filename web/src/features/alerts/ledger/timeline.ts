import type { Labels } from '../../../format/labels';
import { parseMatchers } from '../../../format/matchers';
import type { Status } from '../../../ui/StatusMark';
import type { LedgerRow } from './api';

export const outcomeLook: Record<LedgerRow['outcome'], Status> = { ok: 'ok', held: 'held', failed: 'firing', note: 'note' };

/** Names of steps as people read them; a step of a newer server stands under its own name. */
const stepNames: Record<string, string> = {
  rule: 'Rule', received: 'Received', route: 'Route', group: 'Group', silenced: 'Silence', inhibited: 'Inhibition', muted: 'Mute', released: 'Release', repeat: 'Repeat', attempt: 'Attempt', proof: 'Proof', heartbeat: 'Heartbeat',
};

export function stepTitle(step: string): string {
  return stepNames[step] ?? step;
}

/** A step, and how often the same one came before it. */
export interface ShownRow extends LedgerRow {
  times?: { count: number; firstAt: string };
}

/**
 * A receiver that is away fails a thousand times a night in the same words. Of such attempts for one group only the newest stands, with
 * their number, until one went otherwise. Rows come newest first.
 */
export function foldFailures(rows: readonly LedgerRow[]): ShownRow[] {
  const shown: ShownRow[] = [];
  const newest = new Map<string, ShownRow>();
  for (const row of rows) {
    if (row.step !== 'attempt') {
      shown.push(row);
      continue;
    }
    const lane = [row.receiver, row.integration, row.groupKey].join('\n');
    const same = newest.get(lane);
    if (same !== undefined && row.outcome === 'failed' && same.outcome === 'failed' && withoutAttempt(same.text) === withoutAttempt(row.text)) {
      same.times = { count: (same.times?.count ?? 1) + 1, firstAt: row.at };
      same.text = withoutAttempt(same.text);
      continue;
    }
    const copy: ShownRow = { ...row };
    newest.set(lane, copy);
    shown.push(copy);
  }
  return shown;
}

const withoutAttempt = (text: string) => text.replace(/ at attempt \d+/, '');

/** The labels at the end of a group's key, such as `{}/{team="web"}:{alertname="DiskFull"}`; nothing when they cannot be read. */
export function groupLabels(groupKey: string): Labels | undefined {
  for (let at = groupKey.indexOf(':{'); at >= 0; at = groupKey.indexOf(':{', at + 1)) {
    const read = parseMatchers(groupKey.slice(at + 1)).value;
    if (read !== undefined) return Object.fromEntries(read.map(({ name, value }) => [name, value]));
  }
  return undefined;
}

/** The rows of one day, under its date. */
export interface Day {
  title: string;
  rows: ShownRow[];
}

/** Splits rows into the days of the reader, keeping their order. */
export function byDay(rows: readonly ShownRow[], nowMs: number): Day[] {
  const days: Day[] = [];
  const today = new Date(nowMs).toDateString();
  const yesterday = new Date(nowMs - 86_400_000).toDateString();
  for (const row of rows) {
    const at = new Date(row.at);
    const date = at.toDateString();
    const title = date === today ? 'Today' : date === yesterday ? 'Yesterday' : at.toLocaleDateString('en', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
    const last = days.at(-1);
    if (last?.title === title) last.rows.push(row);
    else days.push({ title, rows: [row] });
  }
  return days;
}

/** "02:14:05.123": steps of one alert follow each other within milliseconds. */
export function clockOf(at: string): string {
  const moment = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}.${String(moment.getMilliseconds()).padStart(3, '0')}`;
}

export const ranges = ['15m', '1h', '6h', '1d', '7d', '30d', '90d'] as const;
