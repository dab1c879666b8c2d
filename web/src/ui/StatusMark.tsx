import classes from './ui.module.css';

/** Every state that a page can show. Colour alone never tells: each has a shape of its own. */
export type Status = 'firing' | 'pending' | 'ok' | 'down' | 'unknown' | 'note' | 'held';

const shapes: Record<Status, { path: React.ReactNode; word: string }> = {
  // An octagon, as a stop sign.
  firing: { word: 'firing', path: <><path d="M5.2 1h5.600L15 5.200v5.600L10.8 15H5.200L1 10.800V5.200z" fill="currentColor" /><path d="M8 4.500v4M8 11.300v.2" className={classes.cut} /></> },
  // A square with a cross.
  down: { word: 'down', path: <><rect x="1.5" y="1.5" width="13" height="13" rx="2" fill="currentColor" /><path d="M5.3 5.300l5.4 5.400M10.7 5.300l-5.4 5.4" className={classes.cut} /></> },
  // A triangle, as a warning sign.
  pending: { word: 'pending', path: <><path d="M8 1.5 15.3 14.500H.7z" fill="currentColor" /><path d="M8 6v4M8 12.200v.1" className={classes.cut} /></> },
  // A disc with a tick.
  ok: { word: 'ok', path: <><circle cx="8" cy="8" r="7" fill="currentColor" /><path d="M4.8 8.300l2.2 2.2 4.2-4.6" className={classes.cut} /></> },
  // A ring with a gap in it.
  unknown: { word: 'unknown', path: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="3 2.3" /> },
  // A ring with the two bars of "pause" in it.
  held: { word: 'held back', path: <><circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.6" /><path d="M6.300 5.500v5M9.700 5.500v5" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" /></> },
  note: { word: 'note', path: <><circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.6" /><path d="M8 7.500v4M8 4.800v.1" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" /></> },
};

/** The sign of a state. Give `label` where no word stands beside it. */
export function StatusMark({ status, size = 14, label }: { status: Status; size?: number; label?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" className={classes.mark} data-status={status} {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}>
      {shapes[status].path}
    </svg>
  );
}

/** Sign and word. */
export function StatusWord({ status, word }: { status: Status; word?: string }) {
  return (
    <span className={classes.word} data-status={status}>
      <StatusMark status={status} />
      {word ?? shapes[status].word}
    </span>
  );
}
