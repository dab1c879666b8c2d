/** Moments and durations as people read them. Moments are milliseconds since the Unix epoch; what is shown is the reader's own time zone. */

const units: [string, number][] = [['y', 31_536_000_000], ['w', 604_800_000], ['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]];

/** Reads a Prometheus duration ("1h30m", "15s", "250ms"). Undefined when it is not one, or is zero. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text.trim());
  if (match === null || text.trim() === '') return undefined;
  const totalMs = units.reduce((sum, [, ms], i) => sum + Number(match[i + 1] ?? 0) * ms, 0);
  return totalMs > 0 && Number.isSafeInteger(totalMs) ? totalMs : undefined;
}

/** Writes a duration that {@link parseDuration} reads back exactly. */
export function printDuration(durationMs: number): string {
  let rest = Math.max(0, Math.round(durationMs));
  let text = '';
  for (const [unit, ms] of units) {
    // Years and weeks only when they come out even: "10d" is clearer than "1w3d".
    if ((unit === 'y' || unit === 'w') && rest % ms !== 0) continue;
    const count = Math.floor(rest / ms);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * ms;
  }
  return text === '' ? '0s' : text;
}

/** How long something has lasted, in its two largest units: "3 d 4 h", "12 min", "45 s". */
export function formatLasting(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(hours, 'h', minutes % 60, 'min');
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}\u00a0${largeUnit}${small > 0 ? `\u00a0${small}\u00a0${smallUnit}` : ''}`;
}

/** How long a piece of work took, given in seconds as the API does: "1.2 ms", "3.4 s", "180 µs". */
export function formatTook(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds === 0) return '0\u00a0ms';
  if (seconds < 0.001) return `${digits(seconds * 1e6)}\u00a0µs`;
  if (seconds < 1) return `${digits(seconds * 1e3)}\u00a0ms`;
  return `${digits(seconds)}\u00a0s`;
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}

const two = (value: number) => String(value).padStart(2, '0');

/** "02:14" today, "Nov 20 02:14" on another day, with the year when it is another year. */
export function formatMoment(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const now = new Date(nowMs);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return clock;
  const month = at.toLocaleString('en', { month: 'short' });
  return at.getFullYear() === now.getFullYear() ? `${month} ${at.getDate()} ${clock}` : `${at.getFullYear()} ${month} ${at.getDate()} ${clock}`;
}

/** "2026-11-21 02:14:05", to the second and sortable. */
export function formatInstant(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Reads what {@link formatInstant} and `datetime-local` inputs write, any ISO form, or Unix seconds. */
export function parseInstant(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 1000);
  const ms = Date.parse(trimmed.replace(/^(\d{4}-\d\d-\d\d) (\d)/, '$1T$2'));
  return Number.isNaN(ms) ? undefined : ms;
}

/** A moment of the API ("2026-11-21T02:14:05.123Z"). Go's zero time means never. */
export function momentOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text.startsWith('0001-01-01')) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
