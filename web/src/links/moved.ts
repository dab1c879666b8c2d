import { alertsPages, editSilenceLink, explorePage, newSilenceLink, silenceLink, statusPages, targetsPage, withSearch } from './links.ts';

const moved: Record<string, string> = {
  '/config': statusPages.config,
  '/flags': statusPages.flags,
  '/tsdb-status': statusPages.cardinality,
  '/service-discovery': targetsPage,
};

const movedQueries = ['/graph', '/query'];

/** The addresses of Prometheus' own pages. */
export const movedAddresses: readonly string[] = [...movedQueries, ...Object.keys(moved)];

/**
 * Where an address that Prometheus' pages use is answered here. Links in old alert messages, chat and runbooks
 * (`/graph?g0.expr=…&g0.tab=0&g0.range_input=1h`) must go on working. Undefined: not such an address.
 */
export function movedTo(path: string, search: string): string | undefined {
  const target = moved[path];
  if (target !== undefined) return target;
  if (!movedQueries.includes(path)) return undefined;
  const old = new URLSearchParams(search);
  const now = new URLSearchParams();
  for (let i = 0; old.has(`g${i}.expr`); i++) now.append('q', old.get(`g${i}.expr`) ?? '');
  if (now.size === 0) return explorePage;
  // Prometheus 2: tab 0 is the graph, 1 the table; Prometheus 3 writes the words.
  const tab = old.get('g0.tab');
  now.set('tab', tab === '0' || tab === 'graph' ? 'graph' : 'table');
  const range = old.get('g0.range_input');
  if (range !== null && range !== '') now.set('range', range);
  const end = old.get('g0.end_input') ?? old.get('g0.moment_input');
  if (end !== null && end !== '') {
    const utc = /^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$/.test(end) ? `${end.replace(' ', 'T')}Z` : end;
    const ms = Date.parse(utc);
    if (!Number.isNaN(ms)) now.set('end', String(ms / 1000));
  }
  if (old.get('g0.stacked') === '1') now.set('stacked', '1');
  return withSearch(explorePage, now.toString());
}

/**
 * Where an address of Alertmanager's pages is answered here: messages carry them (`/#/alerts?receiver=…`, `/#/silences/new?filter={…}`),
 * written by its own templates and by those of users. Undefined: not such an address.
 */
export function movedFromFragment(fragment: string): string | undefined {
  const [, path, search = ''] = /^#\/([^?]*)(?:\?(.*))?$/.exec(fragment) ?? [];
  if (path === undefined) return undefined;
  const [page, id = '', more] = path.split('/');
  switch (page) {
    case 'alerts': return withSearch(alertsPages.active, search);
    case 'silences': return id === '' ? alertsPages.silences : id === 'new' ? withSearch(newSilenceLink(), search) : more === 'edit' ? editSilenceLink(id) : silenceLink(id);
    case 'status': return alertsPages.routing;
    default: return undefined;
  }
}
