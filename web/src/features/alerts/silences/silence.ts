import { type Matcher, parseMatchers, printMatcher } from '../../../format/matchers';
import { formatInstant, parseDuration, parseInstant, printDuration } from '../../../format/time';
import type { PostableSilence, Silence } from './api';

/** What somebody is writing into the form, as text, right or wrong. */
export interface Draft {
  matchers: string[];
  /** Empty: now. */
  startsAt: string;
  isUntil: boolean;
  lasting: string;
  until: string;
  author: string;
  comment: string;
}

export type DraftField = 'matchers' | 'startsAt' | 'lasting' | 'until' | 'author' | 'comment';
export type Faults = Partial<Record<DraftField, string>>;

/** What a silence is called. Pages ask for a comment; other clients may leave it out, and a link needs words. */
export const silenceTitle = ({ comment }: Pick<Silence, 'comment'>) => (comment.trim() === '' ? 'silence without a comment' : comment);

/** " by mira", or nothing where nobody is named. */
export const madeBy = ({ createdBy }: Pick<Silence, 'createdBy'>) => (createdBy.trim() === '' ? '' : ` by ${createdBy}`);

export const emptyDraft = (matchers: string[], author: string): Draft => ({ matchers, startsAt: '', isUntil: false, lasting: '2h', until: '', author, comment: '' });

/**
 * The form for an existing silence. One that is over is made anew for as long as it was; one that still runs keeps its end.
 */
export function draftOf(silence: Silence): Draft {
  const [startMs, endMs] = [Date.parse(silence.startsAt), Date.parse(silence.endsAt)];
  const isOver = silence.status.state === 'expired';
  return {
    matchers: silence.matchers.map(printMatcher),
    // The exact start of a running one is kept: with another the server would end it and make a second.
    startsAt: isOver ? '' : silence.status.state === 'pending' ? toInput(startMs) : silence.startsAt,
    isUntil: !isOver,
    lasting: printDuration(Math.max(60_000, Math.round((endMs - startMs) / 60_000) * 60_000)),
    until: isOver ? '' : toInput(endMs),
    author: silence.createdBy,
    comment: silence.comment,
  };
}

/** A moment as `datetime-local` inputs take it, to the minute. */
export function toInput(ms: number): string {
  return formatInstant(ms).slice(0, 16).replace(' ', 'T');
}

/** When it would start and end, in milliseconds; undefined where that cannot be read. A start that is left open is `nowMs`; a duration counts from now on. */
export function timesOf(draft: Draft, nowMs: number): { startMs: number | undefined; endMs: number | undefined } {
  const startMs = draft.startsAt === '' ? nowMs : parseInstant(draft.startsAt);
  const lastingMs = parseDuration(draft.lasting);
  const endMs = draft.isUntil ? parseInstant(draft.until) : startMs === undefined || lastingMs === undefined ? undefined : Math.max(startMs, nowMs) + lastingMs;
  return { startMs, endMs };
}

/** Everything that keeps the draft from being a silence, by field. */
export function faultsOf(draft: Draft, nowMs: number): Faults {
  const faults: Faults = {};
  const { startMs, endMs } = timesOf(draft, nowMs);
  const matchers = parseMatchers(draft.matchers.join(',')).value ?? [];
  if (matchers.length === 0) faults.matchers = 'Say which alerts: at least one matcher';
  else if (matchers.every(letsEverythingThrough)) faults.matchers = 'These matchers select every alert; one must want a value';
  if (startMs === undefined) faults.startsAt = 'This is not a date and time';
  if (draft.isUntil) {
    if (endMs === undefined) faults.until = 'Say when it ends';
    else if (endMs <= nowMs) faults.until = 'This is over already';
    else if (startMs !== undefined && endMs <= startMs) faults.until = 'It ends before it starts';
  } else if (parseDuration(draft.lasting) === undefined) faults.lasting = 'Write a duration such as 30m, 2h or 1d12h';
  if (draft.author.trim() === '') faults.author = 'Say who makes it';
  if (draft.comment.trim() === '') faults.comment = 'Say why: others will ask';
  return faults;
}

/** Matchers that also fit an alert without the label; a silence of nothing else would be one of everything. */
function letsEverythingThrough({ value, isRegex, isEqual }: Matcher): boolean {
  if (!isRegex) return isEqual === (value === '');
  try {
    return isEqual === new RegExp(`^(?:${value})$`).test('');
  } catch {
    // The server's dialect knows more than the browser's; it decides.
    return false;
  }
}

/** What is posted; only for a draft without faults. With an id it takes the place of that silence. */
export function bodyOf(draft: Draft, nowMs: number, id: string | undefined): PostableSilence {
  const { startMs = nowMs, endMs = nowMs } = timesOf(draft, nowMs);
  return {
    ...(id !== undefined && { id }),
    matchers: parseMatchers(draft.matchers.join(',')).value ?? [],
    startsAt: new Date(startMs).toISOString(),
    endsAt: new Date(endMs).toISOString(),
    createdBy: draft.author.trim(),
    comment: draft.comment.trim(),
  };
}

export const silenceStates = ['active', 'pending', 'expired'] as const;
export type SilenceState = (typeof silenceStates)[number];

/** By state. Running ones that end first stand first, as do waiting ones that start first; of the old ones the newest. */
export function bySilenceState(silences: readonly Silence[]): Record<SilenceState, Silence[]> {
  const found: Record<SilenceState, Silence[]> = { active: [], pending: [], expired: [] };
  for (const silence of silences) found[silence.status.state].push(silence);
  found.active.sort((a, b) => Date.parse(a.endsAt) - Date.parse(b.endsAt));
  found.pending.sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
  found.expired.sort((a, b) => Date.parse(b.endsAt) - Date.parse(a.endsAt));
  return found;
}
