import type { LedgerRow } from '../../../api/alerting';
import type { Status } from '../../../ui/StatusMark';

export const outcomeLook: Record<LedgerRow['outcome'], Status> = { ok: 'ok', held: 'held', failed: 'firing', note: 'note' };

/** Names of steps as people read them; a step of a newer server stands under its own name. */
const stepNames: Record<string, string> = {
  rule: 'Rule', received: 'Received', route: 'Route', group: 'Group', silenced: 'Silence', inhibited: 'Inhibition', muted: 'Mute', released: 'Release', repeat: 'Repeat', attempt: 'Attempt', proof: 'Proof', heartbeat: 'Heartbeat',
};

export function stepTitle(step: string): string {
  return stepNames[step] ?? step;
}

/** The rows of one day, under its date. */
export interface Day {
  title: string;
  rows: LedgerRow[];
}

/** Splits rows into the days of the reader, keeping their order. */
export function byDay(rows: readonly LedgerRow[], nowMs: number): Day[] {
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
