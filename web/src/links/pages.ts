import { alertsPages, explorePage, homePage, rulesPage, statusPages, targetsPage } from './links.ts';

/**
 * The pages in the order of the rail: address, title, key, and the addresses below it as patterns (`:x` is one segment). This is the one
 * list: the router shows nothing else (app/App), and the build writes it into pages.json (build/pages), from which the server knows
 * what to answer with a page.
 */
export const pages = [
  { path: homePage, title: 'Home', key: 'h', below: [] },
  { path: explorePage, title: 'Explore', key: 'e', below: [] },
  { path: alertsPages.active, title: 'Alerts', key: 'a', below: ['/alerts/:part', '/alerts/silences/:id'] },
  { path: rulesPage, title: 'Rules', key: 'r', below: [] },
  { path: targetsPage, title: 'Targets', key: 't', below: [] },
  { path: statusPages.server, title: 'Status', key: 's', below: ['/status/:part'] },
] as const;

type Page = (typeof pages)[number];
export type PageTitle = Page['title'];

/** What the router matches. */
export type PagePattern = Page['path'] | Page['below'][number];

export const pagePatterns: readonly PagePattern[] = pages.flatMap((page): PagePattern[] => [page.path, ...page.below]);

/** True when `location` lies on the page at `path`. */
export function isOn(path: string, location: string): boolean {
  return path === homePage ? location === homePage : location === path || location.startsWith(`${path}/`);
}
