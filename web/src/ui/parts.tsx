import { Button, Skeleton } from '@mantine/core';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../api/client';
import type { Labels } from '../format/labels';
import { formatInstant, formatLasting } from '../format/time';
import { type Status, StatusMark } from './StatusMark';
import classes from './ui.module.css';

/** A titled surface. `aside` stands at the right of the title. */
export function Card({ title, aside, children, flush = false }: { title?: ReactNode; aside?: ReactNode; children: ReactNode; flush?: boolean }) {
  const id = useId();
  return (
    <section className={classes.card} {...(title !== undefined && { 'aria-labelledby': id })}>
      {title !== undefined && (
        <div className={classes.cardHead}>
          <h2 id={id}>{title}</h2>
          {aside !== undefined && <div className="soft small">{aside}</div>}
        </div>
      )}
      {flush ? children : <div className={classes.cardBody}>{children}</div>}
    </section>
  );
}

/** A page: its title is also the title of the browser's tab. */
export function Page({ title, actions, children, hideTitle = false }: { title: string; actions?: ReactNode; children: ReactNode; hideTitle?: boolean }) {
  useEffect(() => {
    document.title = `${title} · Pharos`;
  }, [title]);
  return (
    <div className={classes.page}>
      {hideTitle ? <h1 className="visually-hidden">{title}</h1> : (
        <div className={classes.pageHead}>
          <h1>{title}</h1>
          {actions}
        </div>
      )}
      {children}
    </div>
  );
}

/** The parts of a page that has several, each with an address of its own. */
export function Parts({ label, parts, open }: { label: string; parts: readonly { key: string; title: string; path: string }[]; open: string }) {
  return (
    <nav aria-label={label}>
      <ul className={classes.parts}>
        {parts.map(({ key, title, path }) => <li key={key}><Link href={path} {...(key === open && { 'aria-current': 'page' as const })}>{title}</Link></li>)}
      </ul>
    </nav>
  );
}

/** Labels as they are written in PromQL. The name is left out where the caller shows it apart. */
export function LabelList({ labels, without = [], isQuiet = false }: { labels: Labels; without?: readonly string[]; isQuiet?: boolean }) {
  const pairs = Object.entries(labels).filter(([name]) => !without.includes(name));
  if (pairs.length === 0) return isQuiet ? null : <span className="soft small">no labels</span>;
  return (
    <div className={classes.labels}>
      {pairs.map(([name, value]) => (
        <span key={name} className={classes.label}><span><i>{name}=</i>{value}</span></span>
      ))}
    </div>
  );
}

/** Nothing to show, and what that means. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** A message that stands out: a fault by default. */
export function Notice({ status = 'firing', children, role = 'alert' }: { status?: Status; children: ReactNode; role?: 'alert' | 'status' | 'note' }) {
  return (
    <div className={classes.fault} data-status={status} role={role}>
      <StatusMark status={status} />
      <div>{children}</div>
    </div>
  );
}

/** Why a request failed, in words for the reader, and a way to try again where that can help. */
export function Fault({ error, retry }: { error: Error; retry?: () => void }) {
  const isRefusal = error instanceof ApiError && (error.isForbidden || error.kind === 'bad_data');
  return (
    <Notice>
      <strong>{faultTitle(error)}.</strong> {error.message.replace(/^invalid parameter "query": /, '')}
      {!isRefusal && retry !== undefined && <div style={{ marginTop: 8 }}><Button variant="default" onClick={retry}>Try again</Button></div>}
    </Notice>
  );
}

function faultTitle(error: Error): string {
  if (!(error instanceof ApiError)) return 'This page has a fault of ours';
  if (error.isForbidden) return 'No permission';
  const titles: Record<string, string> = { unreachable: 'No answer', bad_data: 'This cannot be understood', execution: 'The query failed', timeout: 'The query took too long', canceled: 'The query was stopped', unavailable: 'Not ready yet' };
  return titles[error.kind] ?? 'This could not be read';
}

/** The shape of what is coming, while it is awaited. */
export function Loading({ rows = 4, what }: { rows?: number; what: string }) {
  return (
    <div className={classes.loading} role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} height={14} width={`${92 - ((i * 17) % 40)}%`} radius={3} />)}
    </div>
  );
}

/** The three states of a request around what is shown when it has come. Old data stay on show while a later request fails. */
export function Fetched<T>({ query, what, children }: { query: { data: T | undefined; error: Error | null; refetch: () => unknown }; what: string; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error !== null) return <Fault error={query.error} retry={() => void query.refetch()} />;
  return <Loading what={what} />;
}

/** The clock of the page, in milliseconds; moves every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** "3 min", with the exact moment on hover. */
export function Since({ ms, now, ago = false }: { ms: number | undefined; now: number; ago?: boolean }) {
  if (ms === undefined) return <span className="soft">never</span>;
  return <time dateTime={new Date(ms).toISOString()} title={formatInstant(ms)} className="nowrap">{formatLasting(now - ms)}{ago && ' ago'}</time>;
}

/** Shows the first `limit` of many rows, and a button for the rest: thousands of rows at once make a page that cannot be used. */
export function useCapped<T>(all: readonly T[], limit: number): { shown: readonly T[]; more: ReactNode } {
  const [times, setTimes] = useState(1);
  const shown = all.length > limit * times ? all.slice(0, limit * times) : all;
  const more = shown.length < all.length && (
    <div className={classes.more}>
      <span className="soft small">Showing {shown.length} of {all.length}. </span>
      <Button variant="subtle" size="compact-xs" onClick={() => setTimes(times * 4)}>Show more</Button>
    </div>
  );
  return { shown, more };
}

export { classes as uiClasses };
