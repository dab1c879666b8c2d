import { pages } from '../links/pages';

/** What a key asks for. `g` is the first half of "go to": the next key names the page. */
export type Command = { kind: 'go'; path: string } | { kind: 'focus' } | { kind: 'scheme' } | { kind: 'help' };

export interface KeyState {
  /** When the key `g` was hit, in milliseconds; undefined: it was not. */
  goSinceMs: number | undefined;
}

const secondKeyWithinMs = 1500;

/** The step of the shortcut reader: which command a key completes, and what is remembered for the next key. */
export function onKey(state: KeyState, key: string, nowMs: number): { state: KeyState; command?: Command } {
  const waiting = state.goSinceMs !== undefined && nowMs - state.goSinceMs <= secondKeyWithinMs;
  const idle: KeyState = { goSinceMs: undefined };
  if (waiting) {
    const page = pages.find((one) => one.key === key);
    return page === undefined ? { state: idle } : { state: idle, command: { kind: 'go', path: page.path } };
  }
  if (key === 'g') return { state: { goSinceMs: nowMs } };
  if (key === '/') return { state: idle, command: { kind: 'focus' } };
  if (key === 'd') return { state: idle, command: { kind: 'scheme' } };
  if (key === '?') return { state: idle, command: { kind: 'help' } };
  return { state: idle };
}

/** What the help shows. */
export const shortcutList: { keys: string[]; does: string }[] = [
  ...pages.map((page) => ({ keys: ['g', page.key], does: `Go to ${page.title}` })),
  { keys: ['/'], does: 'Filter the page, or edit the query' },
  { keys: ['Ctrl', 'Enter'], does: 'Run the query (in the editor also Enter)' },
  { keys: ['Shift', 'Enter'], does: 'New line in the query' },
  { keys: ['d'], does: 'Light, dark, as the system' },
  { keys: ['?'], does: 'This list' },
];
