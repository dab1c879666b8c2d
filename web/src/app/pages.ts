/** The pages, their addresses and keys, in the order of the rail. The server knows the same addresses (Hosting/Web/WebPages.cs). */
export const pages = [
  { path: '/', title: 'Home', key: 'h' },
  { path: '/explore', title: 'Explore', key: 'e' },
  { path: '/alerts', title: 'Alerts', key: 'a' },
  { path: '/rules', title: 'Rules', key: 'r' },
  { path: '/targets', title: 'Targets', key: 't' },
  { path: '/status', title: 'Status', key: 's' },
] as const;

/** True when `location` lies on the page at `path`. */
export function isOn(path: string, location: string): boolean {
  return path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
}

const moved: Record<string, string> = {
  '/config': '/status/config',
  '/flags': '/status/flags',
  '/tsdb-status': '/status/cardinality',
  '/service-discovery': '/targets',
  '/status/runtime': '/status',
};

/**
 * Where an address that Prometheus' pages use is answered here. Links in old alert messages, chat and runbooks
 * (`/graph?g0.expr=…&g0.tab=0&g0.range_input=1h`) must go on working. Undefined: not such an address.
 */
export function movedTo(path: string, search: string): string | undefined {
  const target = moved[path];
  if (target !== undefined) return target;
  if (path !== '/graph' && path !== '/query') return undefined;
  const old = new URLSearchParams(search);
  const now = new URLSearchParams();
  for (let i = 0; old.has(`g${i}.expr`); i++) now.append('q', old.get(`g${i}.expr`) ?? '');
  if (now.size === 0) return '/explore';
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
  return `/explore?${now}`;
}

/**
 * Where an address of Alertmanager's pages is answered here: messages carry them (`/#/alerts?receiver=…`, `/#/silences/new?filter={…}`),
 * written by its own templates and by those of users. Undefined: not such an address.
 */
export function movedFromFragment(fragment: string): string | undefined {
  const [, path, search] = /^#\/([^?]*)(?:\?(.*))?$/.exec(fragment) ?? [];
  if (path === undefined) return undefined;
  const [page, id, more] = path.split('/');
  const query = search === undefined || search === '' ? '' : `?${search}`;
  switch (page) {
    case 'alerts': return `/alerts${query}`;
    case 'silences': return id === undefined || id === '' ? '/alerts/silences' : id === 'new' ? `/alerts/silences/new${query}` : more === 'edit' ? `/alerts/silences/new?from=${id}` : `/alerts/silences/${id}`;
    case 'status': return '/alerts/routing';
    default: return undefined;
  }
}
